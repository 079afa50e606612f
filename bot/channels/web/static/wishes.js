// What a resident can do about an appeal: buttons, and the small forms that some of them open.

import { make } from "./bubbles.js";
import { shrink, upload } from "./photo.js";

const LONGEST = 2000;
const LEVELS = [5, 4, 3, 2, 1];

export class Wishes {
  // done(sheet, words): the server has done it; tell(text, wrong): the line above the page
  constructor(words, source, done, tell) {
    this.words = words;
    this.source = source;
    this.done = done;
    this.tell = tell;
    this.form = null;
    this.busy = false;
  }

  isOpen() {
    return Boolean(this.form && this.form.isConnected);
  }

  panel(item) {
    const words = this.words;
    const can = (move) => item.can.includes(move);
    if (!item.can.length) return null;
    const node = make("section", "paper doing");
    const place = make("div", "form-place");
    const open = (form) => this.open(place, form);
    if (can("say")) {
      node.append(make("h3", "", words.home_ask), this.home(item));
      if (item.solved !== null)
        node.append(make("p", "said", item.solved ? words.home_said_solved : words.home_said_unsolved));
      return node;
    }
    if (can("reopen")) {
      node.append(make("h3", "", item.asks ? words.done_ask : words.rate_ask));
      if (item.satisfaction && !item.asks)
        node.append(make("p", "said", words.rated.replace("{level}", words[`level_${item.satisfaction}`])));
      const row = make("div", "choose");
      if (can("rate"))
        row.append(this.button(item.asks ? words.solved : words.rate, "yes", () => open(this.rating(item))));
      row.append(this.button(words.unsolved, "no", () => open(this.reopening())));
      node.append(row);
    } else node.append(make("h3", "", words.can_label));
    const row = make("div", "choose");
    if (can("urge")) row.append(this.button(words.urge, "yes", () => this.send({ do: "urge" })));
    if (can("add")) row.append(this.button(words.add, "", () => open(this.adding())));
    if (can("withdraw")) row.append(this.button(words.withdraw, "quiet", () => open(this.withdrawing())));
    if (row.children.length) node.append(row);
    node.append(place);
    return node;
  }

  home(item) {
    const row = make("div", "choose");
    [true, false].forEach((solved) => {
      const label = solved ? this.words.home_solved : this.words.home_unsolved;
      const button = this.button(label, solved ? "yes" : "no", () => this.send({ do: "say", solved }));
      button.setAttribute("aria-pressed", String(item.solved === solved));
      row.append(button);
    });
    return row;
  }

  rating(item) {
    const { words } = this;
    const form = this.formOf(words.rate_ask, "rate");
    const levels = make("fieldset", "levels");
    levels.append(make("legend", "unseen", words.rate_ask));
    LEVELS.forEach((level) => {
      const label = make("label");
      const input = make("input");
      Object.assign(input, { type: "radio", name: "level", value: level, required: true });
      input.checked = !item.asks && item.satisfaction === level;
      label.append(input, make("span", "", words[`level_${level}`]));
      levels.append(label);
    });
    form.append(levels, this.field(words.rate_note), this.ends(words.rate_send));
    form.onsubmit = (event) => {
      event.preventDefault();
      const satisfaction = Number(form.elements.level.value);
      this.send({ do: "rate", satisfaction, note: form.elements.note.value, solved: true });
    };
    return form;
  }

  adding() {
    return this.telling("add", this.words.add_ask, this.words.add_send, this.words.add_empty, false);
  }

  reopening() {
    const { words } = this;
    return this.telling("reopen", words.reopen_ask, words.reopen_send, words.reopen_empty, true);
  }

  // Words and a photo; `wordsNeeded`: a photo alone says too little.
  telling(move, ask, label, empty, wordsNeeded) {
    const form = this.formOf(ask, move);
    const photo = this.photo();
    form.append(this.field(ask), photo.node, this.ends(label));
    form.onsubmit = async (event) => {
      event.preventDefault();
      const note = form.elements.note.value.trim();
      if (!note && (wordsNeeded || !photo.chosen())) return this.tell(empty, true);
      let photos = [];
      try {
        if (photo.chosen()) photos = [(await upload(photo.chosen(), () => {})).media_id];
      } catch (problem) {
        return this.tell(problem.message || this.words.photo_failed, true);
      }
      return this.send({ do: move, note, photos });
    };
    return form;
  }

  withdrawing() {
    const { words } = this;
    const form = this.formOf(words.withdraw_ask, "withdraw");
    form.append(this.field(words.withdraw_note), this.ends(words.withdraw_send, "no"));
    form.onsubmit = (event) => {
      event.preventDefault();
      this.send({ do: "withdraw", note: form.elements.note.value });
    };
    return form;
  }

  formOf(title, name) {
    const form = make("form", "wish");
    form.dataset.wish = name;
    form.setAttribute("aria-label", title);
    form.append(make("p", "ask", title));
    return form;
  }

  field(label) {
    const field = make("textarea");
    Object.assign(field, { name: "note", rows: 3, maxLength: LONGEST });
    field.setAttribute("aria-label", label);
    field.placeholder = label;
    return field;
  }

  photo() {
    const { words } = this;
    const node = make("div", "add-photo");
    const input = make("input", "unseen");
    Object.assign(input, { type: "file", accept: "image/*", tabIndex: -1 });
    input.setAttribute("aria-label", words.choose_photo);
    const preview = make("img");
    preview.alt = words.photo_mine;
    preview.hidden = true;
    let blob = null;
    const button = this.button(words.choose_photo, "", () => {
      if (!blob) return input.click();
      blob = null;
      preview.hidden = true;
      button.textContent = words.choose_photo;
      return undefined;
    });
    input.onchange = async () => {
      const file = input.files[0];
      input.value = "";
      if (!file) return;
      try {
        blob = await shrink(file);
        preview.src = URL.createObjectURL(blob);
        preview.hidden = false;
        button.textContent = words.drop_photo;
      } catch (unreadable) {
        this.tell(words.photo_broken, true);
      }
    };
    node.append(preview, button, input);
    return { node, chosen: () => blob };
  }

  ends(label, kind) {
    const row = make("div", "choose");
    const send = make("button", kind || "yes", label);
    send.type = "submit";
    row.append(send, this.button(this.words.never_mind, "quiet", () => this.close()));
    return row;
  }

  button(label, kind, tapped) {
    const button = make("button", kind, label);
    button.type = "button";
    button.onclick = tapped;
    return button;
  }

  open(place, form) {
    place.textContent = "";
    place.append(form);
    this.form = form;
    this.tell("");
    const first = form.querySelector("input:checked, input[type=radio], textarea");
    first.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  close() {
    if (this.form) this.form.remove();
    this.form = null;
  }

  async send(wish) {
    if (this.busy) return;
    this.busy = true;
    this.tell(this.words.sending);
    try {
      const response = await fetch(this.source, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(wish),
      });
      const answer = await response.json();
      if (response.ok) {
        this.close();
        this.done(answer, this.words[`done_${wish.do}`]);
      } else this.tell(typeof answer.detail === "string" ? answer.detail : this.words.failed, true);
    } catch (unheard) {
      this.tell(this.words.failed, true);
    } finally {
      this.busy = false;
    }
  }
}
