// What a party does with a task: one tap, or a form that rises from the lower edge.

import { make } from "./bubbles.js";
import { shrink } from "./photo.js";
import { Offline } from "./server.js";

const LONGEST = 2000;
const PHOTOS_MOST = 9;
// What each form asks for; `words` and `photo` are "needed", "welcome" or missing.
const FORMS = {
  contact: { words: "welcome" },
  note: { words: "needed" },
  photos: { words: "welcome", photo: "needed", stages: true },
  answer: { words: "needed", photo: "welcome" },
  return: { words: "needed", evidence: true, photo: "welcome" },
  extend: { words: "needed", day: true },
};
const AT_ONCE = ["sign", "start", "resume"];
// Where somebody may write beside others: a note changes nothing that they have seen.
const BESIDE_OTHERS = ["contact", "note", "photos"];

export class Forms {
  // done(task, move): the server has done it, task is null where it has left us
  // look(): read the task anew, for somebody else may have changed it meanwhile
  constructor(words, server, done, tell, look) {
    Object.assign(this, { words, server, done, tell, look, node: null, busy: false });
    this.veil = document.getElementById("veil");
    this.rest = [document.querySelector("header"), document.querySelector("main"), document.getElementById("bar")];
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.cancel());
  }

  isOpen() {
    return Boolean(this.node);
  }

  // A button for a move; the form or the deed itself behind it.
  button(item, move, kind) {
    const label = move === "contact" ? this.words.contact_move : this.words[move];
    const button = make("button", kind, label);
    button.type = "button";
    button.dataset.move = move;
    button.onclick = () =>
      AT_ONCE.includes(move) ? this.send(item, { move }, move, button) : this.open(item, move, button);
    return button;
  }

  open(item, move, opener) {
    const { words } = this;
    const wants = FORMS[move];
    const form = make("form", "rising");
    form.dataset.move = move;
    form.noValidate = true;
    this.veil.setAttribute("aria-label", words[`ask_${move}`]);
    form.append(make("h2", "", words[`ask_${move}`]));
    const draft = new Draft(`work.${item.number}.${move}`);
    if (wants.stages) form.append(this.stages(item));
    const photos = wants.photo && new Photos(words, words[`photos_${move}`]);
    if (move === "photos") form.append(photos.node);
    form.append(this.field("words", words[`hint_${move}`], draft));
    if (wants.evidence) form.append(this.field("evidence", words.hint_evidence, draft));
    if (wants.day) form.append(this.day(item));
    if (photos && move !== "photos") form.append(photos.node);
    const problem = make("p", "problem");
    problem.setAttribute("role", "alert");
    const send = make("button", "yes", words[`submit_${move}`]);
    send.type = "submit";
    const cancel = make("button", "quiet", words.cancel);
    cancel.type = "button";
    cancel.onclick = () => this.cancel();
    const ends = make("div", "ends");
    ends.append(cancel, send);
    form.append(problem, ends);
    form.onsubmit = (event) => {
      event.preventDefault();
      const wish = this.wish(item, move, form);
      const missing = this.missing(wants, wish, photos);
      problem.textContent = missing;
      if (!missing) this.send(item, wish, move, send, { photos, problem, draft });
    };
    this.show(form, opener);
  }

  wish(item, move, form) {
    const read = (name) => (form.elements[name] ? form.elements[name].value.trim() : undefined);
    const wish = { move: move === "photos" ? "note" : move, words: read("words") };
    ["evidence", "until", "stage"].forEach((name) => {
      if (read(name)) wish[name] = read(name);
    });
    if (!BESIDE_OTHERS.includes(move)) wish.version = item.version;
    return wish;
  }

  missing(wants, wish, photos) {
    const { words } = this;
    const count = photos ? photos.chosen.length : 0;
    if (wants.words === "needed" && !wish.words) return words.need_words;
    if (wants.photo === "needed" && !count) return words.need_photo;
    if (wants.evidence && !wish.evidence && !count) return words.need_evidence;
    return wants.day && !wish.until ? words.need_day : "";
  }

  async send(item, wish, move, button, form) {
    // A second tap while the first is on its way.
    if (this.busy) return;
    this.busy = true;
    const label = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = this.words.sending;
    const { photos, problem, draft } = form || {};
    try {
      if (photos) {
        wish.photos = await photos.upload(this.server, (at, count) => {
          button.textContent = this.words.uploading.replace("{at}", at).replace("{count}", count);
        });
      }
      if (AT_ONCE.includes(move)) wish.version = item.version;
      const { task } = await this.server.act(item.number, wish);
      button.textContent = label;
      if (draft) draft.forget();
      this.close();
      this.done(task, move);
    } catch (reason) {
      const offline = reason instanceof Offline;
      button.textContent = offline ? this.words.again : label;
      const said = offline ? this.words.offline : reason.message || this.words.failed;
      if (problem) problem.textContent = said;
      else {
        await this.look();
        this.tell(said, true);
      }
    } finally {
      this.busy = false;
      button.removeAttribute("aria-disabled");
    }
  }

  field(name, hint, draft) {
    const field = make("textarea");
    Object.assign(field, { name, rows: name === "words" ? 3 : 2, maxLength: LONGEST, placeholder: hint });
    field.setAttribute("aria-label", hint);
    draft.keeps(field);
    return field;
  }

  stages(item) {
    const { words } = this;
    const box = make("fieldset", "levels");
    box.append(make("legend", "unseen", words.proof));
    const before = !item.before.length && item.tone !== "done";
    ["before", "after"].forEach((stage) => {
      const label = make("label");
      const input = make("input");
      Object.assign(input, { type: "radio", name: "stage", value: stage, checked: (stage === "before") === before });
      label.append(input, make("span", "", words[stage]));
      box.append(label);
    });
    return box;
  }

  day(item) {
    const label = make("label", "day-field");
    const input = make("input");
    Object.assign(input, { type: "date", name: "until", min: item.due_day });
    label.append(make("span", "", this.words.day), input);
    return label;
  }

  show(form, opener) {
    this.node = form;
    this.opener = opener;
    this.veil.textContent = "";
    this.veil.append(form);
    this.veil.hidden = false;
    this.rest.forEach((node) => {
      node.inert = true;
      node.setAttribute("aria-hidden", "true");
    });
    const first = form.querySelector("textarea, input:checked");
    first.focus();
  }

  cancel() {
    if (!this.node) return;
    this.close();
    this.look();
  }

  close() {
    if (!this.node) return;
    this.node = null;
    this.veil.hidden = true;
    this.veil.textContent = "";
    this.rest.forEach((node) => {
      node.inert = false;
      node.removeAttribute("aria-hidden");
    });
    if (this.opener && this.opener.isConnected) this.opener.focus();
  }
}

// Words outlive the page: a phone short of memory drops it while the camera is open.
class Draft {
  constructor(name) {
    this.name = name;
  }

  keeps(field) {
    const name = `${this.name}.${field.name}`;
    field.value = stored((store) => store.getItem(name)) || "";
    field.oninput = () => stored((store) => store.setItem(name, field.value));
  }

  forget() {
    ["words", "evidence"].forEach((field) => stored((store) => store.removeItem(`${this.name}.${field}`)));
  }
}

function stored(use) {
  try {
    return use(sessionStorage);
  } catch (refused) {
    // A private window keeps nothing; the form works all the same.
    return null;
  }
}

// Photos made small on the phone; each is uploaded once, even if the deed has to be sent again.
class Photos {
  constructor(words, label) {
    this.words = words;
    this.chosen = [];
    this.node = make("div", "add-photos");
    this.row = make("div", "thumbs");
    this.problem = make("p", "problem");
    if (label) this.node.append(make("p", "ask", label));
    const sources = make("div", "sources");
    sources.append(...this.source("take_photo", true), ...this.source("pick_photo", false));
    this.node.append(this.row, sources, this.problem);
  }

  // A button and the input behind it: straight to the camera, or to the album.
  source(name, isCamera) {
    const input = make("input", "unseen");
    Object.assign(input, { type: "file", accept: "image/*", tabIndex: -1, multiple: !isCamera });
    if (isCamera) input.setAttribute("capture", "environment");
    input.setAttribute("aria-label", this.words[name]);
    input.onchange = () => this.add(Array.from(input.files)).then(() => (input.value = ""));
    const button = make("button", "dashed", this.words[name]);
    button.type = "button";
    button.onclick = () => input.click();
    return [button, input];
  }

  async add(files) {
    this.problem.textContent = "";
    for (const file of files.slice(0, PHOTOS_MOST - this.chosen.length)) {
      try {
        this.put(await shrink(file));
      } catch (unreadable) {
        this.problem.textContent = this.words.photo_broken;
      }
    }
  }

  put(blob) {
    const photo = { blob, ticket: null };
    this.chosen.push(photo);
    const drop = make("button", "thumb");
    drop.type = "button";
    drop.setAttribute("aria-label", this.words.drop_photo);
    const image = make("img");
    image.alt = this.words.photo_mine;
    image.src = URL.createObjectURL(blob);
    drop.append(image, make("span", "", "×"));
    drop.onclick = () => {
      URL.revokeObjectURL(image.src);
      this.chosen = this.chosen.filter((other) => other !== photo);
      drop.remove();
    };
    this.row.append(drop);
  }

  async upload(server, progress) {
    let at = 0;
    for (const photo of this.chosen) {
      at += 1;
      progress(at, this.chosen.length);
      if (!photo.ticket) photo.ticket = await server.upload(photo.blob);
    }
    return this.chosen.map((photo) => photo.ticket);
  }
}
