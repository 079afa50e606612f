// The conversation as one sees it: bubbles in the order of their ids, own waiting ones at the end.

// Web addresses; telephone numbers; the national short ones (119, 110, 120, 122, 12345, 12356 …).
const LINK =
  /(https?:\/\/[^\s，。；、）》”]+)|(1[3-9]\d{9}|0\d{2,3}-\d{7,8})|(11[09]|12[02]|12110|12[13]\d\d|95598|96110)/g;
// No telephone number: part of a longer one or of a name, and 120元, 110平方米, 12.5%.
const GOES_ON = /^([\dA-Za-z%％-]|[.,]\d|\s?[元块万千百亿多余年月日天号栋幢座弄室户层楼平米㎡厘公个名人次份条户岁度级斤吨升周小分秒])/;

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

// Text with its web addresses and telephone numbers made tappable; never parsed as HTML.
function speech(text) {
  const span = make("span");
  let from = 0;
  text.replace(LINK, (found, url, phone, short, at) => {
    const before = text[at - 1] || "";
    const after = text.slice(at + found.length, at + found.length + 2);
    if (phone && (/\d/.test(before) || /^\d/.test(after))) return;
    if (short && (/[\dA-Za-z.,-]/.test(before) || GOES_ON.test(after))) return;
    span.append(text.slice(from, at));
    const link = make("a", "", found);
    link.href = url || "tel:" + found;
    if (url) {
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    }
    span.append(link);
    from = at + found.length;
  });
  span.append(text.slice(from));
  return span;
}

export class Bubbles {
  // log: the element; words: the page's words; tap(button): a quick reply was tapped
  constructor(log, words, tap) {
    this.log = log;
    this.words = words;
    this.tap = tap;
    this.last = 0;
    this.byId = new Map();
    this.pending = new Map();
  }

  // Messages from the server; answers those that were not on the page yet.
  add(items) {
    const added = items.filter((item) => !this.byId.has(item.id));
    added.forEach((item) => {
      const draft = this.pending.get(item.client_id);
      if (draft) {
        draft.remove();
        this.pending.delete(item.client_id);
      }
      const node = this.draw(item);
      this.byId.set(item.id, node);
      this.last = Math.max(this.last, item.id);
      this.place(node, item.id);
    });
    if (added.length) {
      this.markDays();
      this.offerOnlyTheLatest();
    }
    return added;
  }

  node(id) {
    return this.byId.get(id);
  }

  // An own message that the server does not have yet.
  draft(say) {
    if (this.pending.has(say.id)) return;
    const node = this.draw({
      direction: "in", author: "resident", text: say.text, media_url: say.preview, buttons: [], at: say.at,
    });
    node.querySelector("time").remove();
    node.append(make("span", "fate", this.words.sending));
    this.pending.set(say.id, node);
    this.log.append(node);
    this.offerOnlyTheLatest();
  }

  fate(id, text, again) {
    const node = this.pending.get(id);
    if (!node) return;
    node.classList.toggle("failed", Boolean(again));
    node.querySelector(".fate").textContent = text;
    const old = node.querySelector(".again");
    if (old) old.remove();
    if (again) {
      const button = make("button", "again", this.words.again);
      button.type = "button";
      button.onclick = again;
      node.append(button);
    }
  }

  draw(item) {
    const mine = item.direction === "in";
    const kind = mine ? "mine" : item.author;
    const node = make("div", "message fresh " + kind);
    if (mine) node.append(make("span", "unseen", this.words.me));
    else if (kind === "bot") node.append(make("p", "who", this.words.bot));
    else if (kind === "staff") node.append(make("p", "who", this.colleague(item.name)));
    const bubble = make("div", "bubble");
    if (item.media_url) bubble.append(this.picture(item.media_url, mine));
    if (item.text) bubble.append(speech(item.text));
    node.append(bubble);
    const at = new Date(item.at);
    const time = make("time", "", at.toTimeString().slice(0, 5));
    time.dateTime = at.toISOString();
    node.append(time);
    if (item.buttons.length) node.append(this.choices(item.buttons));
    return node;
  }

  // 社区工作人员 王芳; a name that says so itself (社区管理员) stands alone.
  colleague(name) {
    return name.startsWith("社区") ? name : `${this.words.staff} ${name}`.trim();
  }

  picture(url, mine) {
    const link = make("a", "picture");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.title = this.words.photo_open;
    const image = make("img");
    image.alt = mine ? this.words.photo_mine : this.words.photo_alt;
    image.src = url;
    link.append(image);
    return link;
  }

  choices(buttons) {
    const row = make("div", "choices");
    buttons.forEach((offer) => {
      const button = make("button", "", offer.title);
      button.type = "button";
      button.onclick = () => this.tap(offer);
      row.append(button);
    });
    return row;
  }

  place(node, id) {
    node.dataset.id = id;
    const later = Array.from(this.log.children).find(
      (other) => !other.classList.contains("day") && (!other.dataset.id || Number(other.dataset.id) > id),
    );
    this.log.insertBefore(node, later || null);
  }

  // Buttons belong to the question just asked: they go once the resident has said something.
  offerOnlyTheLatest() {
    let answered = false;
    Array.from(this.log.children).reverse().forEach((node) => {
      const row = node.querySelector(".choices");
      if (row) row.hidden = answered;
      if (node.classList.contains("mine")) answered = true;
    });
  }

  markDays() {
    this.log.querySelectorAll(".day").forEach((mark) => mark.remove());
    let day = new Date().toDateString();
    this.byIdInOrder().forEach((node) => {
      const at = new Date(node.querySelector("time").dateTime);
      if (at.toDateString() === day) return;
      day = at.toDateString();
      this.log.insertBefore(make("p", "day", this.dayName(at)), node);
    });
  }

  byIdInOrder() {
    return Array.from(this.log.children).filter((node) => node.dataset.id);
  }

  dayName(at) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
    if (days === 0) return this.words.today;
    if (days === 1) return this.words.yesterday;
    return `${at.getFullYear()}年${at.getMonth() + 1}月${at.getDate()}日`;
  }
}
