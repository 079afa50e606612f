// What the page asks the server; each answer is data, or a refusal in words.

const UPLOAD_TIME = 90000;

export class Refused extends Error {}
export class Offline extends Error {}

export class Server {
  constructor(words) {
    this.words = words;
    this.headers = { "X-CSRF-Token": words.who.csrf };
  }

  tasks(show, offset) {
    return this.ask(`/api/v1/work?show=${show}&offset=${offset}`);
  }

  task(number) {
    return this.ask(`/api/v1/work/${number}`);
  }

  act(number, wish) {
    return this.send("POST", `/api/v1/work/${number}`, wish);
  }

  password(change) {
    return this.send("PUT", "/api/v1/me/password", change);
  }

  signOut() {
    return this.ask("/signout", { method: "POST", headers: this.headers, redirect: "manual" });
  }

  send(method, address, body) {
    const headers = Object.assign({ "Content-Type": "application/json" }, this.headers);
    return this.ask(address, { method, headers, body: JSON.stringify(body) });
  }

  // The ticket of a photo; XMLHttpRequest, because a slow upload must end some time.
  upload(blob) {
    return new Promise((done, fail) => {
      const form = new FormData();
      form.append("photo", blob, "photo.jpg");
      const request = new XMLHttpRequest();
      request.open("POST", "/api/v1/work/photos");
      request.setRequestHeader("X-CSRF-Token", this.headers["X-CSRF-Token"]);
      request.timeout = UPLOAD_TIME;
      request.onerror = request.ontimeout = request.onabort = () => fail(new Offline());
      request.onload = () => {
        const answer = parsed(request.responseText);
        if (request.status === 201) done(answer.ticket);
        else fail(this.refusal(request.status, answer));
      };
      request.send(form);
    });
  }

  async ask(address, options) {
    let response;
    try {
      response = await fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store" }, options));
    } catch (unheard) {
      throw new Offline();
    }
    if (response.type === "opaqueredirect" || response.status === 204) return null;
    const answer = parsed(await response.text());
    if (response.ok) return answer;
    throw this.refusal(response.status, answer);
  }

  refusal(status, answer) {
    // What was typed is kept as a draft, and is there again after signing in.
    if (status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
    return new Refused(typeof answer.detail === "string" ? answer.detail : this.words.failed);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (unclear) {
    // A proxy's page instead of our answer.
    return {};
  }
}
