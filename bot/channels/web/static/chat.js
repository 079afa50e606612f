// The page at work: joins the line, the bubbles, the photo and the input.

import { Bubbles, make } from "./bubbles.js";
import { Line, newId, waiting } from "./line.js";
import { shrink, upload } from "./photo.js";
import { typeSwitch } from "./type.js";

const LONGEST = 2000;
const NEAR = 120;
const UNDER_EAVE = 14;
const TYPING_AFTER = 350;

const $ = (id) => document.getElementById(id);
const words = JSON.parse($("words").textContent);
const scroll = $("scroll");
const text = $("text");
const log = $("log");

// Notes above the input.
function note(message, label, action) {
  $("note").hidden = false;
  $("note").firstChild.textContent = message;
  const button = $("note").lastChild;
  button.textContent = label || words.close_note;
  button.onclick = action || quiet;
}
function quiet() {
  $("note").hidden = true;
}

// Scrolling: follow the talk while one is at its end, else say that there is more.
let following = false;
let news = null; // the first new bubble: where it is taller than the view, one reads from its start
let placed = -1; // where the page itself scrolled to
function toEnd() {
  const end = scroll.scrollHeight - scroll.clientHeight;
  const start = news ? news.offsetTop - UNDER_EAVE : end;
  following = start >= end;
  scroll.scrollTop = Math.min(start, end);
  placed = scroll.scrollTop;
  news = null;
  $("below").hidden = true;
}
function keepUp() {
  if (following) toEnd();
}
$("below").onclick = toEnd;
let room = 0;
scroll.addEventListener(
  "scroll",
  () => {
    // When the keyboard or a note takes room the browser scrolls too: that is not the reader.
    if (room !== scroll.clientHeight || scroll.scrollTop === placed) return;
    placed = -1;
    following = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
    if (following) $("below").hidden = true;
  },
  { passive: true },
);
function resized() {
  keepUp();
  room = scroll.clientHeight;
}
if (window.ResizeObserver) new ResizeObserver(resized).observe(scroll);
else window.addEventListener("resize", resized);
room = scroll.clientHeight;
log.addEventListener("load", keepUp, true);

// The conversation.
const bubbles = new Bubbles(log, words, (offer) => say(offer.title, { payload: offer.payload }));
const line = new Line(
  {
    state(name) {
      $("state").dataset.state = name;
      $("state").textContent = words[name];
      if (name !== "connected") showTyping(false);
      waiting().forEach(({ id }) => bubbles.fate(id, name === "offline" ? words.waiting : words.sending));
    },
    lost(code) {
      note(code === 4401 ? words.expired : words.refused, words.reload, () => location.reload());
    },
    frame: hear,
  },
  () => bubbles.last,
  scannedCode(),
);

// The code leaves the address, so that a reload or a bookmark is no scan.
function scannedCode() {
  const found = /[?&]c=([0-9A-Za-z]{1,16})(?:&|$)/.exec(location.search);
  if (found) history.replaceState(null, "", location.pathname);
  return found && found[1];
}

function hear(frame) {
  if (frame.type === "messages") show(frame.items);
  if (frame.type === "typing") showTyping(frame.on);
  if (frame.type === "error") {
    note(frame.text);
    if (!frame.id) return;
    const one = said.get(frame.id);
    if (frame.retry_after) bubbles.fate(frame.id, words.sending);
    else if (one) bubbles.fate(frame.id, words.unsent, () => again(one));
  }
}

let opened = false;
function show(items) {
  // The whole history is not read aloud when the page opens.
  log.setAttribute("aria-live", opened ? "polite" : "off");
  const added = bubbles.add(items);
  const heard = added.find((item) => item.direction === "out");
  if (heard) showTyping(false);
  // What waits below unseen is read from its own beginning.
  if (heard && opened && $("below").hidden) news = bubbles.node(heard.id);
  if (added.length && (following || !opened)) toEnd();
  else if (heard) $("below").hidden = false;
  opened = true;
}

let typingTimer = 0;
function showTyping(on) {
  clearTimeout(typingTimer);
  $("typing").textContent = "";
  if (!on) return;
  typingTimer = setTimeout(() => {
    const bubble = make("span");
    bubble.append(make("i"), make("i"), make("i"), words.typing);
    $("typing").append(bubble);
    keepUp();
  }, TYPING_AFTER);
}

// Saying something.
const said = new Map();
function say(speech, more) {
  const one = Object.assign({ id: newId(), text: speech, at: Date.now() }, more);
  said.set(one.id, one);
  quiet();
  bubbles.draft(one);
  if (!line.isOpen()) bubbles.fate(one.id, words.waiting);
  line.say(one);
  news = null;
  toEnd();
}
function again(one) {
  bubbles.fate(one.id, words.sending);
  line.say(one);
}
document.querySelectorAll("[data-say]").forEach((button) => {
  button.onclick = () => say(button.dataset.say);
});

function grow() {
  text.style.height = "auto";
  text.style.height = text.scrollHeight + text.offsetHeight - text.clientHeight + "px";
}
text.addEventListener("input", grow);
let composedAt = 0;
text.addEventListener("compositionend", () => (composedAt = Date.now()));
text.addEventListener("keydown", (event) => {
  // Safari ends the composition before the Enter that chose the word.
  const composing = event.isComposing || event.keyCode === 229 || Date.now() - composedAt < 50;
  if (event.key !== "Enter" || event.shiftKey || composing) return;
  event.preventDefault();
  submit();
});
$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});

async function submit() {
  const typed = text.value.trim();
  const count = Array.from(typed).length;
  if (count > LONGEST) return note(words.too_long.replace("{count}", count));
  if ((!typed && !photo) || $("send").disabled) return text.focus();
  if (!photo) say(typed);
  else if (!(await sendPhoto(typed))) return;
  // What was typed while a photo went up is the next message.
  if (text.value.trim() === typed) text.value = "";
  grow();
}
// A tap on 发送 leaves the focus, and so the phone's keyboard, as it was.
$("send").addEventListener("mousedown", (event) => event.preventDefault());

// A photo: choose, see, send.
let photo = null;
const bar = $("preview").querySelector("progress");
function openSources(open) {
  $("sources").hidden = !open;
  $("photo").setAttribute("aria-expanded", String(open));
}
$("photo").onclick = () => {
  openSources($("sources").hidden);
  if (!$("sources").hidden) $("sources").firstElementChild.focus();
};
document.querySelectorAll("[data-source]").forEach((button) => {
  button.onclick = () => $(button.dataset.source).click();
});
["camera", "album"].forEach((source) => {
  $(source).addEventListener("change", async (event) => {
    const file = event.target.files[0];
    event.target.value = "";
    if (!file) return;
    openSources(false);
    quiet();
    // An old phone takes seconds: what is typed meanwhile must not go without its photo.
    $("send").disabled = true;
    try {
      const blob = await shrink(file);
      dropPhoto();
      photo = { blob, preview: URL.createObjectURL(blob) };
      $("preview").querySelector("img").src = photo.preview;
      $("preview").hidden = false;
    } catch (unreadable) {
      note(words.photo_broken);
    } finally {
      $("send").disabled = false;
    }
    if (photo) $("send").focus();
  });
});
function dropPhoto() {
  $("preview").hidden = true;
  photo = null;
}
$("preview").lastElementChild.onclick = () => {
  dropPhoto();
  text.focus();
};

async function sendPhoto(typed) {
  const chosen = photo;
  bar.value = 0;
  bar.hidden = false;
  $("send").disabled = true;
  $("preview").querySelector("p").textContent = words.uploading;
  try {
    const kept = await upload(chosen.blob, (part) => (bar.value = part));
    if (photo !== chosen) return false;
    say(typed, { media_id: kept.media_id, preview: chosen.preview });
    dropPhoto();
    return true;
  } catch (problem) {
    note(problem.message || words.photo_failed);
    return false;
  } finally {
    bar.hidden = true;
    $("send").disabled = false;
    $("preview").querySelector("p").textContent = words.photo_ready;
  }
}

typeSwitch(words, () => {
  grow();
  keepUp();
});
grow();
waiting().forEach((one) => {
  // A preview lives in the page that made it.
  const kept = Object.assign({}, one, { preview: undefined, text: one.text || words.photo_alt });
  said.set(one.id, one);
  bubbles.draft(kept);
});
line.connect();
