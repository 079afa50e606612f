// What the pages about appeals share: the line of news above the page, and rows of photos.

import { make } from "./bubbles.js";

export function tell(text, wrong) {
  const news = document.getElementById("news");
  news.textContent = text;
  news.className = wrong ? "wrong" : "";
  if (text) news.scrollIntoView({ block: "nearest" });
}

// keys: of the photos; at: the address under which their appeal shows them
export function photos(at, keys, words) {
  const row = make("div", "photos");
  keys.forEach((key) => {
    const link = make("a");
    link.href = `${at}/photos/${key}`;
    link.target = "_blank";
    link.rel = "noopener";
    const image = make("img");
    image.src = link.href;
    image.alt = words.photo;
    image.loading = "lazy";
    link.append(image);
    row.append(link);
  });
  return row;
}
