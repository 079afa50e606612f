// 我的任务 at work: the list, one task or the account, read anew while one looks at it.

import { make } from "./bubbles.js";
import { Forms } from "./forms.js";
import { tell } from "./paper.js";
import { Offline, Server } from "./server.js";
import { card, nothing, sheet } from "./task.js";
import { typeSwitch } from "./type.js";

const LOOK_EVERY = 30000;
// In the bar under the thumb: what one does next, and the camera.
const ELSEWHERE = ["start", "contact", "note", "extend", "return"];

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words").textContent);
const server = new Server(words);
const path = location.pathname;
const number = (/^\/work\/([A-Za-z]{2}\d+)$/.exec(path) || [])[1];
let drawn = "";
let tab = location.hash === "#done" ? "done" : "open";
let more = [];

const forms = new Forms(words, server, (task, move) => {
  try {
    sessionStorage.setItem("work.said", task ? "" : words[`done_${move}`]);
  } catch (refused) {
    // Told on the list only where it can be kept.
  }
  if (!task) return location.assign("/work");
  drawn = "";
  drawTask(task);
  tell(words[`done_${move}`]);
  $("scroll").scrollTop = 0;
  return $("news").focus();
}, tell, look);

function fill(...nodes) {
  const page = $("page");
  page.textContent = "";
  page.append(...nodes);
}

function back() {
  const link = make("a", "back", `‹ ${words.back}`);
  link.href = "/work";
  return link;
}

function drawTask(task) {
  // Nobody loses what they are writing because something else has changed.
  const seen = JSON.stringify(task);
  if (seen === drawn || forms.isOpen()) return;
  drawn = seen;
  const whole = sheet(task, words);
  const can = (move) => task.can.includes(move);
  const others = ELSEWHERE.filter((move) => can(move) && move !== task.next);
  if (others.length) {
    const moves = make("section", "paper moves");
    moves.append(make("h3", "", words.more_moves));
    const grid = make("div", "grid");
    others.forEach((move) => grid.append(forms.button(task, move, "")));
    moves.append(grid);
    whole.insertBefore(moves, whole.lastChild);
  }
  fill(back(), whole);
  document.title = `${task.title} · ${words.title}`;
  $("bar").textContent = "";
  if (can("note")) $("bar").append(forms.button(task, "photos", "camera"));
  if (task.next) $("bar").append(forms.button(task, task.next, "yes"));
  $("bar").hidden = !$("bar").children.length;
}

function drawList(list) {
  const items = [...list.items, ...more];
  const seen = JSON.stringify([tab, list, more]);
  if (seen === drawn) return;
  drawn = seen;
  const tabs = make("div", "tabs");
  tabs.setAttribute("role", "group");
  tabs.setAttribute("aria-label", words.tabs_label);
  ["open", "done"].forEach((each) => {
    const button = make("button", "", `${words[each]} ${list[each]}`);
    button.type = "button";
    button.setAttribute("aria-pressed", String(each === tab));
    button.onclick = () => {
      tab = each;
      more = [];
      history.replaceState(null, "", each === "done" ? "#done" : location.pathname);
      look();
    };
    tabs.append(button);
  });
  const nodes = [tabs];
  if (list.late && tab === "open") nodes.push(make("p", "late-count", words.late_count.replace("{count}", list.late)));
  if (items.length) {
    const cards = make("ul", "cards");
    cards.setAttribute("aria-label", words.list_label);
    items.forEach((item) => cards.append(card(item, words)));
    nodes.push(cards);
  } else nodes.push(nothing(words[`empty_${tab}_title`], words[`empty_${tab}`]));
  if (items.length < list[tab]) {
    const button = make("button", "more", words.more);
    button.type = "button";
    button.onclick = async () => {
      more = more.concat((await server.tasks(tab, items.length)).items);
      look();
    };
    nodes.push(button);
  }
  fill(...nodes);
}

function drawAccount() {
  const { name, party } = words.who;
  const self = make("section", "paper self");
  self.append(make("h2", "", name), make("p", "", words.works_for.replace("{party}", party)));
  const form = make("form", "paper password");
  form.append(make("h3", "", words.password), make("p", "hinted", words.password_note));
  const fields = ["old", "new", "again"].map((part) => {
    const label = make("label", "", words[`password_${part}`]);
    const input = make("input");
    Object.assign(input, { type: "password", name: part, required: true });
    input.autocomplete = part === "old" ? "current-password" : "new-password";
    label.append(input);
    form.append(label);
    return input;
  });
  const problem = make("p", "problem");
  problem.setAttribute("role", "alert");
  const save = make("button", "yes", words.password);
  save.type = "submit";
  form.append(problem, save);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const [old, fresh, again] = fields.map((field) => field.value);
    problem.textContent = fresh === again ? "" : words.password_differ;
    if (fresh !== again) return;
    try {
      await server.password({ old, new: fresh });
      // The cookie is a new one, and with it the page's own token.
      sessionStorage.setItem("work.said", words.password_done);
      location.assign("/work");
    } catch (reason) {
      problem.textContent = reason instanceof Offline ? words.offline : reason.message;
    }
  };
  const out = make("button", "out", words.sign_out);
  out.type = "button";
  out.onclick = async () => {
    try {
      await server.signOut();
      location.assign("/signin");
    } catch (reason) {
      tell(reason instanceof Offline ? words.offline : reason.message, true);
    }
  };
  fill(back(), self, form, out);
}

async function look() {
  try {
    if (number) drawTask(await server.task(number));
    else drawList(await server.tasks(tab, 0));
    if ($("news").className) tell("");
  } catch (reason) {
    const offline = reason instanceof Offline;
    if (drawn) return tell(offline ? words.unheard : reason.message, true);
    const box = nothing(offline ? words.unheard : words.gone, offline ? "" : reason.message);
    const link = make("a", "go", offline ? words.retry : words.back);
    link.href = offline ? path : "/work";
    box.append(link);
    fill(box);
  }
  return undefined;
}

function tellWhatWasDone() {
  try {
    const said = sessionStorage.getItem("work.said");
    sessionStorage.removeItem("work.said");
    if (said) tell(said);
  } catch (refused) {
    // Nothing was kept.
  }
}

typeSwitch(words);
tellWhatWasDone();
if (path === "/work/account") drawAccount();
else {
  look();
  document.addEventListener("visibilitychange", () => document.hidden || look());
  setInterval(() => document.hidden || look(), LOOK_EVERY);
}
