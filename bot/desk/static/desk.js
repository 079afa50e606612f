/* What the desk does in the browser alone: ticking, ringing, scrolling, and the Enter key. */
window.desk = (() => {
  let skew = 0;       // server clock minus ours
  let title = "";
  let sound = null;

  const words = (seconds) => {
    if (seconds < 60) return `${seconds} 秒`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} 分 ${String(seconds % 60).padStart(2, "0")} 秒`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} 小时 ${Math.floor((seconds % 3600) / 60)} 分`;
    return `${Math.floor(seconds / 86400)} 天`;
  };

  const tick = () => {
    for (const label of document.querySelectorAll("[data-since]")) {
      const seconds = Math.max(Math.floor((Date.now() + skew - label.dataset.since) / 1000), 0);
      label.textContent = words(seconds);
      label.classList.toggle("is-long", seconds >= 180);
    }
  };

  const muted = () => localStorage.getItem("desk-muted") === "1";

  /* Two soft notes; three and lower for danger. A page that nobody has touched stays silent. */
  const ring = (danger) => {
    if (muted() || !navigator.userActivation?.hasBeenActive) return;
    sound ??= new AudioContext();
    (danger ? [587, 440, 587] : [659, 880]).forEach((pitch, position) => {
      const tone = sound.createOscillator(), volume = sound.createGain();
      const start = sound.currentTime + position * 0.18;
      tone.type = "sine";
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(danger ? 0.22 : 0.1, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
      tone.connect(volume).connect(sound.destination);
      tone.start(start);
      tone.stop(start + 0.55);
    });
  };

  /* The chat stays at its end unless somebody reads further up. */
  const watchLog = (log) => {
    let atEnd = true, before = null;
    const below = log.parentElement.querySelector(".chat-below");
    const settle = () => {
      if (before !== null) log.scrollTop = log.scrollHeight - before;
      else if (atEnd) log.scrollTop = log.scrollHeight;
      else below.classList.add("is-shown");
    };
    log.addEventListener("scroll", () => {
      atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
      if (atEnd) below.classList.remove("is-shown");
    });
    log.addEventListener("load", () => atEnd && (log.scrollTop = log.scrollHeight), true);
    new MutationObserver((changes) => {
      if (changes.some((change) => change.addedNodes.length)) settle();
    }).observe(log, { childList: true, subtree: true });
    log.toEnd = () => {
      before = null;
      atEnd = true;
      log.scrollTop = log.scrollHeight;
      below.classList.remove("is-shown");
    };
    log.older = () => {
      before = log.scrollHeight - log.scrollTop;
      setTimeout(() => (before = null), 1500);
    };
    below.addEventListener("click", log.toEnd);
  };

  const box = () => document.querySelector(".write-box");
  const fit = (area) => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 160)}px`;
  };
  const draft = (area) => `desk-draft-${area.dataset.conversation}`;

  return {
    start(serverNow, name) {
      skew = serverNow - Date.now();
      title = name;
      tick();
      setInterval(tick, 1000);
      const log = document.querySelector(".chat-log");
      if (log) watchLog(log);
      document.documentElement.classList.toggle("is-muted", muted());
    },
    toggleSound() {
      localStorage.setItem("desk-muted", muted() ? "0" : "1");
      document.documentElement.classList.toggle("is-muted", muted());
      if (!muted()) ring(false);
    },
    waiting(count, rings, danger) {
      document.title = count ? `(${count}) ${title}` : title;
      if (rings) ring(danger);
    },
    /* The lines of another conversation may still be on their way to the screen. */
    toEnd() {
      const log = document.querySelector(".chat-log");
      log.toEnd();
      requestAnimationFrame(log.toEnd);
    },
    older() { document.querySelector(".chat-log").older(); },
    /* Enter while an input method composes chooses a word; it does not send. */
    key(event, emit) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.send(emit);
    },
    send(emit) {
      const area = box(), text = area.value.trim();
      if (!text || area.readOnly) return;
      area.readOnly = true;  // until the server has answered: nothing is sent twice
      emit(text);
    },
    typed(area) {
      fit(area);
      if (area.value) sessionStorage.setItem(draft(area), area.value);
      else sessionStorage.removeItem(draft(area));
    },
    sent(kept) {
      const area = box();
      area.readOnly = false;
      if (!kept) area.value = "";
      this.typed(area);
      area.focus();
    },
    /* What was being written to this resident comes back, after a reload too. */
    writeTo(conversation) {
      const area = box();
      area.dataset.conversation = conversation;
      area.readOnly = false;
      area.value = sessionStorage.getItem(draft(area)) || "";
      fit(area);
      history.replaceState(history.state, "", `/desk?c=${conversation}`);
      if (matchMedia("(min-width: 1100px)").matches) area.focus();
    },
    insert(text) {
      const area = box();
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      this.typed(area);
      area.focus();
    },
  };
})();
