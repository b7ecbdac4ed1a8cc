// Sends without reloading, shows answers as they come, and gets along with bad networks.
// The page works without this file: everything here starts from what the server rendered.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const [chat, log, said, composer, act, text] = ["chat", "log", "said", "composer", "act", "text"].map(byId);
  const [status, banner, jump, mine] = ["status", "banner", "jump", "mine"].map(byId);

  const SLOW_MS = 20000;        // an answer later than this gets an explanation
  const SILENT_MS = 40000;      // the server beats every 15 s: longer silence is a dead connection
  const POST_MS = 15000, LONGEST_WAIT_MS = 30000;
  const LASTING = [400, 403, 413, 415, 422];  // refusals that sending again would not change
  const OFFLINE = "Mất kết nối. Tin anh/chị gõ vẫn được giữ lại, đang kết nối lại…";

  // ---- What is on the screen ----

  const find = (id) => said.querySelector(`[data-message="${id}"]`);
  const following = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;

  /** Scroll so that an answer is read from its start, below its question. */
  function bringUp(item) {
    const question = item.previousElementSibling;
    const top = question?.matches(".mine") && question.offsetHeight < 140 ? question : item;
    log.scrollTop = top.offsetTop - 12;
    jump.hidden = true;
  }

  /** The citizen's own message, at once; `state` tells what becomes of it. */
  function draw(item) {
    chat.classList.remove("fresh");
    // Still within the citizen's own action, so nothing that moves here is a surprise.
    said.querySelectorAll(".buttons").forEach((buttons) => buttons.remove());
    const bubble = mine.content.firstElementChild.cloneNode(true);
    bubble.dataset.message = item.id;
    bubble.querySelector(".words").textContent = item.label;
    said.append(bubble);
    state(item, "(đang gửi…)");
    log.scrollTop = log.scrollHeight;
    return bubble;
  }

  function state(item, words, { again = false } = {}) {
    const place = find(item.id).querySelector(".state");
    place.textContent = again ? "" : words;
    if (!again) return;
    place.classList.add("failed");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.onclick = () => { button.disabled = true; pump(); };
    const end = following();
    place.append(button);
    if (end) log.scrollTop = log.scrollHeight;
  }

  /** One finished turn from the server: the citizen's message (unless it is here already) and the replies. */
  function show(html) {
    const part = document.createElement("template");
    part.innerHTML = html;
    const items = [...part.content.children];
    const { message, turn } = items[0].dataset;
    answered.add(message);
    waiting.delete(message);
    tell();
    if (said.querySelector(`.bot[data-turn="${turn}"]`)) return;
    const wasFollowing = following();
    // Only dimmed, not removed: an answer may come at any moment, and must not make anything jump.
    said.querySelectorAll(".buttons button").forEach((button) => { button.disabled = true; });
    const fresh = items.filter((item) => !(item.dataset.message && find(item.dataset.message)));
    said.append(...fresh);
    if (!fresh.length) return;
    if (wasFollowing) bringUp(fresh[0]);
    else jump.hidden = false;
    jump.onclick = () => { bringUp(fresh[0]); log.focus({ preventScroll: true }); };
  }

  // ---- The line that says what is going on ----

  const waiting = new Set([...said.querySelectorAll("[data-waiting]")].map((item) => item.dataset.message));
  const answered = new Set();
  let slow = 0;

  function tell() {
    clearTimeout(slow);
    status.classList.toggle("typing", waiting.size > 0);
    status.textContent = waiting.size ? "Đang trả lời…" : "";
    if (waiting.size) slow = setTimeout(() => { status.textContent = "Hơi lâu, tin đã được lưu. Anh/chị chờ thêm ạ."; }, SLOW_MS);
  }

  function offline(now) {
    banner.textContent = now ? OFFLINE : "";
    banner.hidden = !now;
  }

  // ---- Sending: one at a time and in order, each under an id of its own, so that sending again is harmless ----

  const STORE = "motcua.unsent", queue = [];
  let busy = false, failures = 0, again = 0;

  // randomUUID exists only on HTTPS; this also runs on a plain address of a local network.
  function newId() {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
  }

  function send(label, button) {
    const item = { id: newId(), label, button };
    queue.push(item);
    keep();
    setTimeout(pump);
    return draw(item);
  }

  /** Unsent messages outlive a reload, in this tab only. */
  function keep() {
    try { sessionStorage.setItem(STORE, JSON.stringify(queue)); } catch { /* storage is off: nothing to keep in */ }
  }

  async function pump() {
    clearTimeout(again);
    if (busy) return;
    busy = true;
    while (queue.length && await post(queue[0])) { queue.shift(); keep(); }
    busy = false;
  }

  /** Returns whether the message is settled: accepted, or refused for good. */
  async function post(item) {
    state(item, "(đang gửi…)");
    let response, answer;
    try {
      response = await fetch(composer.action, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": composer.elements.csrf.value },
        body: JSON.stringify(item.button ? { message_id: item.id, button: item.button } : { message_id: item.id, text: item.label }),
        signal: AbortSignal.timeout?.(POST_MS),
      });
      answer = await response.json();
    } catch {
      return failed(item, "Chưa gửi được, bấm để gửi lại");
    }
    if (response.ok) return accepted(item, answer);
    if (!LASTING.includes(response.status)) return failed(item, `${answer.message} Bấm để gửi lại`);
    state(item, answer.message);
    if (!item.button && !text.value) text.value = item.label;
    return true;
  }

  function accepted(item, answer) {
    failures = 0;
    state(item, answer.clock);
    if (!answered.has(item.id)) waiting.add(item.id);  // the answer may have overtaken this response
    tell();
    if (!source) connect();
    return true;
  }

  function failed(item, words) {
    queue.forEach((each) => state(each, words, { again: true }));
    again = setTimeout(pump, pause(++failures + 2));
    return false;
  }

  // ---- Listening ----

  let source = null, wanted = waiting.size > 0 || Number(chat.dataset.after) > 0;
  let after = Number(chat.dataset.after), losses = 0, reconnect = 0, silence = 0;

  const pause = (times) => Math.min(LONGEST_WAIT_MS, 500 * 2 ** times) * (0.6 + Math.random() * 0.4);

  function connect() {
    hangUp();
    wanted = true;
    source = new EventSource(`/chat/stream?after=${after}`);
    source.onopen = () => { losses = 0; offline(false); alive(); if (failures) pump(); };
    source.onerror = lost;
    source.addEventListener("ping", alive);
    source.addEventListener("turn", (event) => {
      alive();
      after = Math.max(after, Number(event.lastEventId));
      show(event.data);
    });
    alive();
  }

  function alive() {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENT_MS);
  }

  function hangUp() {
    [silence, reconnect].forEach(clearTimeout);
    source?.close();
    source = null;
  }

  function lost() {
    hangUp();
    // One loss may be a restart of the server and is over before anybody could read about it.
    if (++losses > 1) offline(true);
    reconnect = setTimeout(connect, pause(losses));
  }

  addEventListener("offline", () => { hangUp(); offline(true); });
  addEventListener("online", () => { losses = 0; if (wanted) connect(); else offline(false); pump(); });
  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => { if (event.persisted && wanted) connect(); });
  // A phone stops the timers of a page in the background, and often its connection.
  addEventListener("visibilitychange", () => { if (!document.hidden && wanted && navigator.onLine) connect(); });

  // ---- Hands ----

  addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target === act && button) {
      event.preventDefault();
      const bubble = send(button.textContent.trim(), button.name === "button" ? button.value : "");
      // A button under a reply is gone now: from the new bubble, Tab leads to the next buttons.
      if (!button.isConnected) bubble.focus({ preventScroll: true });
    } else if (event.target === composer) {
      event.preventDefault();
      const words = text.value.trim();
      text.value = words ? "" : text.value;
      if (words) send(words, "");
      text.focus();
    }
  });

  text.addEventListener("keydown", (event) => {
    // While a Vietnamese input method composes a word, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  log.addEventListener("scroll", () => { if (following()) jump.hidden = true; }, { passive: true });

  // ---- Start ----

  try {
    const unsent = JSON.parse(sessionStorage.getItem(STORE) ?? "[]").filter((item) => !find(item.id));
    unsent.forEach((item) => { queue.push(item); draw(item); });
  } catch { /* storage is off */ }
  const asked = [...said.querySelectorAll(".mine")].pop();
  if (asked) bringUp(asked.nextElementSibling ?? asked);
  tell();
  offline(!navigator.onLine);
  if (wanted) connect();
  if (queue.length) pump();
})();
