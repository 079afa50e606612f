// One appeal as a card of the list and as a sheet of its own.

import { make } from "./bubbles.js";
import { photos } from "./paper.js";

const at = (item) => `/web/appeals/${item.number}`;

const STAGES = [0, 1, 2, 3, 4];

export function message(title, text, href, label) {
  const box = make("section", "paper nothing");
  box.append(make("h2", "", title));
  if (text) box.append(make("p", "", text));
  const link = make("a", "go", label);
  link.href = href;
  box.append(link);
  return box;
}

export function card(item, words) {
  const node = make("li");
  const link = make("a", "paper card");
  link.href = `/mine/${item.number}`;
  link.append(head(item, words, "h2"), make("p", "standing", item.standing));
  if (item.tone === "open") link.append(stages(item, words));
  node.append(link);
  return node;
}

export function sheet(item, words, wishes) {
  const node = make("article", "sheet");
  const top = make("section", "paper");
  top.append(head(item, words, "h2"));
  const standing = make("p", "standing", item.standing);
  standing.setAttribute("aria-label", words.standing_label);
  standing.setAttribute("role", "note");
  top.append(standing);
  if (item.stage !== null) top.append(stages(item, words));
  node.append(top);
  const doing = wishes.panel(item);
  if (doing) node.append(doing);
  if (item.content) {
    const said = part(words.said);
    said.append(make("p", "words", item.content), photos(at(item), item.photos, words));
    node.append(said);
  }
  const history = part(words.history);
  const list = make("ol", "line");
  item.lines.forEach((line) => list.append(step(item, line, words)));
  history.append(list);
  node.append(history);
  return node;
}

function part(title) {
  const section = make("section", "paper");
  section.append(make("h3", "", title));
  return section;
}

function head(item, words, tag) {
  const node = make("div", "head");
  const title = make(tag, "", item.title);
  node.append(title, make("span", `status ${item.tone}`, item.status));
  const facts = [`${words.number} ${item.number}`, `${item.filed}${words.filed}`];
  if (item.place && !item.title.includes(item.place)) facts.push(item.place);
  if (item.households > 1) facts.push(words.households.replace("{count}", item.households));
  if (item.role === "follower") facts.push(words.follower);
  const list = make("ul", "facts");
  facts.forEach((fact) => list.append(make("li", "", fact)));
  node.append(list);
  return node;
}

function stages(item, words) {
  const list = make("ol", "stages");
  list.setAttribute("aria-label", words.stages_label);
  STAGES.forEach((stage) => {
    const past = stage < item.stage || (stage === item.stage && item.tone === "done");
    const now = stage === item.stage && !past;
    const mark = make("li", past ? "past" : now ? "now" : "", words[`stage_${stage}`]);
    if (past) mark.append(make("span", "unseen", words.stage_past));
    if (now) {
      mark.setAttribute("aria-current", "step");
      mark.append(make("span", "unseen", words.stage_now));
    }
    list.append(mark);
  });
  return list;
}

function step(item, line, words) {
  const node = make("li", line.side);
  const time = make("time", "", line.when);
  time.dateTime = line.at;
  const title = make("p", "did", line.title);
  if (line.side === "mine") title.prepend(make("span", "me", words.mine_side));
  node.append(title);
  if (line.text) node.append(make("p", "words", line.text));
  if (line.photos.length) node.append(photos(at(item), line.photos, words));
  node.append(time);
  return node;
}
