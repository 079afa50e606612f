// A task as a card of the list and as a sheet of its own.

import { make } from "./bubbles.js";
import { photos } from "./paper.js";

const at = (item) => `/api/v1/work/${item.number}`;

export function card(item, words) {
  const node = make("li");
  const link = make("a", `paper card task ${item.tone}`);
  link.href = `/work/${item.number}`;
  const title = make("h2", "", item.title);
  link.append(due(item, words), title, place(item, words), marks(item, words));
  node.append(link);
  return node;
}

export function sheet(item, words) {
  const node = make("article", "sheet");
  const top = make("section", `paper task ${item.tone}`);
  top.append(due(item, words), make("h2", "", item.title), place(item, words), marks(item, words));
  if (item.sign_due) top.append(make("p", "sign-due", item.sign_due));
  const facts = make("ul", "facts");
  const with_whom =
    item.role === "helper"
      ? words.led_by.replace("{lead}", item.lead)
      : item.helpers.length && words.helped_by.replace("{helpers}", item.helpers.join("、"));
  [`${words.number} ${item.number}`, item.kind, item.category, with_whom]
    .filter(Boolean)
    .forEach((fact) => facts.append(make("li", "", fact)));
  top.append(facts);
  node.append(top);
  const said = part(words.said);
  said.append(make("p", "words", item.content), photos(at(item), item.photos, words));
  node.append(said, contact(item, words));
  if (item.before.length || item.after.length) node.append(proof(item, words));
  const history = part(words.history);
  const list = make("ol", "line");
  item.lines.forEach((line) => list.append(step(item, line, words)));
  history.append(list);
  node.append(history);
  return node;
}

export function nothing(title, text) {
  const box = make("section", "paper nothing");
  box.append(make("h2", "", title), make("p", "", text));
  return box;
}

function part(title) {
  const section = make("section", "paper");
  section.append(make("h3", "", title));
  return section;
}

function due(item, words) {
  const node = make("p", "due");
  node.append(make("span", "unseen", words.due_label), make("span", "when", item.due), make("span", "status", item.status));
  return node;
}

function place(item, words) {
  const node = make("p", "place");
  node.append(make("span", "unseen", words.where_label), item.place);
  node.hidden = !item.place;
  return node;
}

function marks(item, words) {
  const list = make("ul", "marks");
  if (item.role === "helper") list.append(make("li", "helper", words.role_helper));
  item.marks.forEach((mark) => list.append(make("li", "mark", mark)));
  if (item.households > 1)
    list.append(make("li", "", words.households.replace("{count}", item.households)));
  list.hidden = !list.children.length;
  return list;
}

function contact(item, words) {
  const section = part(words.contact);
  item.contacts.forEach((person) => {
    const name = person.name || words.nameless;
    const link = make("a", "call");
    link.href = `tel:${person.phone.replace(/[^\d+]/g, "")}`;
    link.setAttribute("aria-label", words.call_label.replace("{name}", name).replace("{phone}", person.phone));
    const who = make("span", "who-calls", person.relation ? `${name}（${person.relation}）` : name);
    who.append(make("b", "", person.phone));
    link.append(who, make("span", "go", words.call));
    section.append(link);
  });
  if (item.contact_hint) section.append(make("p", "hinted", item.contact_hint));
  return section;
}

function proof(item, words) {
  const section = part(words.proof);
  const pair = make("div", "proof");
  [["before", item.before], ["after", item.after]].forEach(([stage, keys]) => {
    const side = make("figure", stage);
    side.append(make("figcaption", "", words[stage]));
    side.append(keys.length ? photos(at(item), keys, words) : make("p", "none", words.no_photo));
    pair.append(side);
  });
  section.append(pair);
  return section;
}

function step(item, line, words) {
  const node = make("li", line.side === "ours" ? "mine" : "");
  node.append(make("p", "did", line.title));
  if (line.text) node.append(make("p", "words", line.text));
  if (line.photos.length) node.append(photos(at(item), line.photos, words));
  const time = make("time", "", line.when);
  time.dateTime = line.at;
  node.append(time);
  return node;
}
