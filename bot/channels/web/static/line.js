// The line to the server: reconnects by itself, and keeps each message until it is acknowledged.

const OUTBOX = "minhu.outbox";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const ANSWER_TIME = 8000;

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Private windows may refuse localStorage: then the outbox lives as long as the page.
let spare = null;

export function waiting() {
  if (spare) return spare;
  try {
    return JSON.parse(localStorage.getItem(OUTBOX) || "[]");
  } catch (refused) {
    return [];
  }
}

function keep(says) {
  try {
    localStorage.setItem(OUTBOX, JSON.stringify(says));
  } catch (refused) {
    spare = says;
  }
}

// on: {state(name), frame(frame), lost(code)}; lastSeen(): id of the newest message on the page;
// code: of the place whose QR code opened the page, told once.
export class Line {
  constructor(on, lastSeen, code) {
    this.on = on;
    this.lastSeen = lastSeen;
    this.scan = code ? { type: "scan", id: newId(), code } : null;
    this.wait = FIRST_WAIT;
    this.socket = null;
    this.timer = 0;
    this.guard = 0;
    this.resend = 0;
    this.over = false;
    window.addEventListener("online", () => this.connect());
    window.addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.probe();
    });
  }

  say(say) {
    keep(waiting().concat([say]));
    this.send(say);
  }

  forget(id) {
    keep(waiting().filter((say) => say.id !== id));
  }

  connect() {
    if (this.over) return;
    this.hangUp();
    this.on.state("connecting");
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    const socket = new WebSocket(scheme + location.host + "/web/socket");
    this.socket = socket;
    this.expectAnswer();
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "hello", after: this.lastSeen() }));
    };
    socket.onmessage = (event) => {
      clearTimeout(this.guard);
      this.guard = 0;
      this.hear(JSON.parse(event.data));
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      if (event.code === 4401 || event.code === 4403) {
        this.over = true;
        this.on.state("offline");
        this.on.lost(event.code);
      } else this.drop();
    };
    this.fresh = true;
  }

  hear(frame) {
    if (frame.type === "messages" && this.fresh) {
      // The server has answered our hello: the line is good, and what waits can go.
      this.fresh = false;
      this.wait = FIRST_WAIT;
      this.on.state("connected");
      this.on.frame(frame);
      this.sendWaiting();
      return;
    }
    if (frame.type === "ack") this.forget(frame.id);
    if (frame.id && this.scan && frame.id === this.scan.id) {
      if (frame.retry_after) this.later(frame.retry_after);
      else this.scan = null;
      return;
    }
    if (frame.type === "error" && frame.id) {
      if (frame.retry_after) this.later(frame.retry_after);
      else this.forget(frame.id);
    }
    this.on.frame(frame);
  }

  // A phone that slept may hold a dead socket: ask, and start anew if nothing comes.
  probe() {
    if (this.isOpen()) {
      this.socket.send(JSON.stringify({ type: "hello", after: this.lastSeen() }));
      this.expectAnswer();
    } else this.connect();
  }

  isOpen() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN && !this.fresh;
  }

  later(seconds) {
    clearTimeout(this.resend);
    this.resend = setTimeout(() => this.sendWaiting(), seconds * 1000 + 200);
  }

  sendWaiting() {
    if (this.scan && this.isOpen()) {
      this.socket.send(JSON.stringify(this.scan));
      this.expectAnswer();
    }
    waiting().forEach((say) => this.send(say));
  }

  send(say) {
    if (!this.isOpen()) return;
    const { id, text, payload, media_id } = say;
    this.socket.send(JSON.stringify({ type: "say", id, text, payload, media_id }));
    this.expectAnswer();
  }

  expectAnswer() {
    if (!this.guard) this.guard = setTimeout(() => this.drop(), ANSWER_TIME);
  }

  drop() {
    this.hangUp();
    if (this.over) return;
    this.on.state("offline");
    this.timer = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  hangUp() {
    [this.timer, this.guard, this.resend].forEach(clearTimeout);
    this.guard = 0;
    const old = this.socket;
    this.socket = null;
    if (old) old.close();
  }
}
