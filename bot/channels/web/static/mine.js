// 我的诉求 at work: the list or one appeal, read anew while one looks at it.

import { make } from "./bubbles.js";
import { tell } from "./paper.js";
import { card, message, sheet } from "./sheet.js";
import { typeSwitch } from "./type.js";
import { Wishes } from "./wishes.js";

const LOOK_EVERY = 20000;

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words").textContent);
const number = (/^\/mine\/([A-Za-z]{2}\d+)$/.exec(location.pathname) || [])[1];
const source = number ? `/web/appeals/${number}` : "/web/appeals";
let drawn = "";

const wishes = new Wishes(words, source, (fresh, said) => {
  drawn = "";
  draw(fresh);
  tell(said);
  $("news").focus();
}, tell);

function draw(answer) {
  // Nobody loses what they are writing because something else has changed.
  const seen = JSON.stringify(answer);
  if (seen === drawn || wishes.isOpen()) return;
  drawn = seen;
  const page = $("page");
  page.textContent = "";
  if (number) {
    const back = make("a", "back", `‹ ${words.back}`);
    back.href = "/mine";
    page.append(back, sheet(answer, words, wishes));
    document.title = `${answer.title} · ${words.title}`;
  } else if (answer.items.length) {
    const list = make("ul", "cards");
    list.setAttribute("aria-label", words.list_label);
    answer.items.forEach((item) => list.append(card(item, words)));
    page.append(list);
  } else page.append(message(words.empty_title, words.empty, "/", words.empty_go));
}

async function look() {
  let response;
  try {
    response = await fetch(source, { credentials: "same-origin", cache: "no-store" });
  } catch (unheard) {
    if (drawn) return tell(words.offline, true);
    return show(message(words.failed, words.offline, location.href, words.retry));
  }
  if (response.ok) {
    if ($("news").className) tell("");
    return draw(await response.json());
  }
  if (drawn) return undefined;
  if (response.status === 401)
    return show(message(words.unknown_title, words.unknown, "/", words.unknown_go));
  if (response.status === 404)
    return show(message(words.missing_title, "", "/mine", words.back));
  return show(message(words.failed, "", location.href, words.retry));
}

function show(node) {
  $("page").textContent = "";
  $("page").append(node);
}

typeSwitch(words);
$("news").tabIndex = -1;
look();
document.addEventListener("visibilitychange", () => document.hidden || look());
setInterval(() => document.hidden || look(), LOOK_EVERY);
