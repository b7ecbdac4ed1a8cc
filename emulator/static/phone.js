// One phone: a citizen and their chat with one OA.
import { bubble } from "./bubble.js";
import { ask, base64, byId, clock, day, make, photo, span } from "./wire.js";

const HOUR = 3600000, NEAR = 90, TOAST_MS = 6000, MOST_BYTES = 20 * 1024 * 1024;

export class Phone {
  constructor(id, hands) {
    this.id = id;
    this.hands = hands;  // close(id), share(phone)
    this.messages = new Map();
    this.admin = "";
    this.element = byId("phone").content.firstElementChild.cloneNode(true);
    this.$ = (selector) => this.element.querySelector(selector);
    this.text = this.$("textarea");
    this.log = this.$(".log");
    this.said = this.$(".said");
    this.listen();
    this.write("");
  }

  // ---- What is shown ----

  /** The citizen and the OA as they are now; nothing when the platform doesn't know them. */
  update(known) {
    this.element.classList.toggle("gone", !known);
    this.known = known ?? this.known;
    if (!this.known) this.$(".oa").textContent = "…";
    if (!known) {
      this.lock("Công dân này không còn");
      return;
    }
    const { user, oa } = known, name = user.name || "Công dân";
    this.$(".oa").textContent = oa.name || `OA ${oa.oa_id}`;
    this.$(".face").textContent = (oa.name || "OA").split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
    this.$(".verified").toggleAttribute("hidden", !oa.verified);
    this.$(".citizen").textContent = name;
    this.element.setAttribute("aria-label", `Điện thoại của ${name}`);
    this.log.setAttribute("aria-label", `${name} nhắn với ${oa.name}`);
    const follow = this.$(".follow");
    follow.textContent = user.follower ? "✓ Đang quan tâm" : "Quan tâm";
    follow.setAttribute("aria-pressed", user.follower);
    follow.setAttribute("aria-label", user.follower ? "Bỏ quan tâm OA" : "Quan tâm OA");
    this.$("[data-do=block]").textContent = user.blocked ? "Bỏ chặn OA" : "Chặn OA";
    this.lock(user.blocked ? "Công dân đã chặn OA" : "");
    this.tick(this.now ?? 0);
  }

  lock(why) {
    this.locked = why;
    this.write(this.admin);
  }

  tick(now) {
    this.now = now;
    const last = this.known?.user.last_interaction;
    const left = last ? last + 48 * HOUR - now : 0;
    this.$(".time").textContent = now ? clock(now) : "";
    this.$(".left-time").textContent = !last ? "chưa tương tác" : left >= 0 ? `còn ${Math.ceil(left / HOUR)} giờ` : "quá 48 giờ";
    this.$(".left-time").title = "Thời gian OA còn được trả lời miễn phí";
    this.$(".window").textContent = !last ? "Công dân chưa từng tương tác: OA chưa được nhắn trước."
      : left >= 0 ? `OA còn được trả lời miễn phí trong ${span(left)}.` : `Đã ${span(now - last)} không tương tác.`;
  }

  /** A message that is new or has changed. */
  show(message) {
    const old = this.messages.get(message.id);
    this.messages.set(message.id, message);
    if (message.hidden) return;
    const following = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
    const item = bubble(message, { tap: (...which) => this.tap(...which), share: () => this.hands.share(this), find: (id) => this.messages.get(id) });
    item.dataset.id = message.id;
    const there = old && this.said.querySelector(`[data-id="${message.id}"]`);
    if (there) this.replace(there, item);
    else this.append(message, item);
    this.$(".empty").hidden = true;
    if (following || (!old && message.from === "user")) this.log.scrollTop = this.log.scrollHeight;
    else if (!old) this.$(".jump").hidden = false;
  }

  replace(there, item) {
    const focus = [...there.querySelectorAll("button, a")].indexOf(document.activeElement);
    there.replaceWith(item);
    if (focus >= 0) item.querySelectorAll("button, a")[focus]?.focus({ preventScroll: true });
  }

  append(message, item) {
    const today = day(message.at);
    if (today !== this.day) this.said.append(make("li", { className: "day", textContent: today }));
    this.day = today;
    this.said.append(item);
  }

  toast(words) {
    clearTimeout(this.fading);
    this.$(".toast").textContent = words;
    this.fading = setTimeout(() => { this.$(".toast").textContent = ""; }, TOAST_MS);
  }

  /** Who writes now: an officer with this admin_id, or the citizen. */
  write(admin) {
    this.admin = admin;
    const shut = Boolean(this.locked) && !(admin && !this.element.classList.contains("gone"));
    for (const button of this.element.querySelectorAll("[data-admin]")) button.setAttribute("aria-pressed", button.dataset.admin === admin);
    this.element.classList.toggle("officer", admin !== "");
    const words = admin ? "Trả lời từ OA Manager…" : "Nhắn cho OA…";
    this.text.setAttribute("aria-label", admin ? "Câu trả lời của cán bộ" : "Tin nhắn của công dân");
    this.text.placeholder = shut ? this.locked : words;
    for (const each of [this.text, this.$(".send"), this.$(".plus")]) each.disabled = shut;
    if (shut) this.sheet(false);
  }

  // ---- What is done ----

  async act(act, values = {}) {
    try {
      return await ask("POST", `/control/users/${this.id}/acts`, { act, ...values });
    } catch (problem) {
      this.toast(problem.message);
      return null;
    }
  }

  /** A message of whoever writes now: text, image or file of both, the rest of the citizen only. */
  async send(kind, values = {}) {
    if (!this.admin) return this.act(kind, values);
    try {
      return await ask("POST", `/control/users/${this.id}/agent`, { kind, admin_id: this.admin, ...values });
    } catch (problem) {
      this.toast(problem.message);
      return null;
    }
  }

  async say() {
    const text = this.text.value;
    if (!text.trim()) return;
    this.text.value = "";
    if (!(await this.send("text", { text })) && !this.text.value) this.text.value = text;
  }

  async sendFile(kind, name, making) {
    this.sheet(false);
    try {
      const blob = await making;
      if (blob.size > MOST_BYTES) throw new Error("Tệp lớn quá 20 MB.");
      await this.send(kind, { name, content: await base64(blob) });
    } catch (problem) {
      this.toast(problem.message);
    }
  }

  async tap(message_id, number) {
    const done = await this.act("tap", { message_id, button: number });
    if (!done?.opens) return;
    const { type, payload } = done.opens;
    if (type === "oa.open.phone") this.toast(`Điện thoại mở màn hình gọi số ${payload.phone_code}.`);
    else if (type === "oa.open.sms") this.toast(`Điện thoại soạn SMS tới ${payload.phone_code}: ${payload.content}`);
    else this.toast(`Điện thoại mở ${payload.url}`);
  }

  sheet(open) {
    this.$(".sheet").hidden = !open;
    this.$(".plus").setAttribute("aria-expanded", open);
    if (open) this.$(".sheet button").focus({ preventScroll: true });
  }

  menu(open) {
    this.$(".menu").hidden = !open;
    this.$(".more").setAttribute("aria-expanded", open);
    if (open) this.$(".menu button").focus({ preventScroll: true });
  }

  // ---- Hands ----

  listen() {
    this.$(".follow").onclick = () => this.act(this.known?.user.follower ? "unfollow" : "follow");
    this.$(".more").onclick = () => this.menu(this.$(".menu").hidden);
    this.$(".plus").onclick = () => this.sheet(this.$(".sheet").hidden);
    this.$(".jump").onclick = () => { this.log.scrollTop = this.log.scrollHeight; this.log.focus({ preventScroll: true }); };
    this.log.onscroll = () => {
      if (this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR) this.$(".jump").hidden = true;
    };
    this.$(".menu").onclick = (event) => this.choose(event.target.closest("[data-do]")?.dataset.do);
    this.$(".role").onclick = (event) => {
      const button = event.target.closest("[data-admin]");
      if (button) { this.write(button.dataset.admin); this.text.focus(); }
    };
    this.$(".sheet").onclick = (event) => this.pick(event.target.closest("button")?.dataset ?? {});
    this.$("input[type=file]").onchange = (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) this.sendFile("image", file.name, file);
    };
    this.$(".typed").onsubmit = (event) => {
      event.preventDefault();
      const { latitude, longitude } = event.target.elements;
      this.sheet(false);
      this.act("location", { latitude: latitude.valueAsNumber, longitude: longitude.valueAsNumber });
    };
    this.$(".composer").onsubmit = (event) => { event.preventDefault(); this.say(); };
    this.text.onkeydown = (event) => {
      // While a Vietnamese input method composes a word, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.say();
    };
    this.element.addEventListener("keydown", (event) => { if (event.key === "Escape") this.fold(); });
  }

  /** A tap elsewhere closes what is open. */
  foldOutside(target) {
    const here = this.element.contains(target);
    if (!here || !target.closest(".menu, .more")) this.menu(false);
    if (!here || !target.closest(".sheet, .plus")) this.sheet(false);
  }

  /** Close what is open, and put the focus back where it was opened. */
  fold() {
    if (!this.$(".menu").hidden) { this.menu(false); this.$(".more").focus(); }
    if (!this.$(".sheet").hidden) { this.sheet(false); this.$(".plus").focus(); }
  }

  choose(what) {
    if (!what) return;
    this.menu(false);
    if (what === "close") this.hands.close(this.id);
    else if (what === "share") this.hands.share(this);
    else if (what === "block") this.act(this.known?.user.blocked ? "unblock" : "block");
    else this.act(what).then((done) => { if (done) this.toast(what === "seen" ? "Đã xem hết tin của OA." : "Đã bấm “Nhắn tin”."); });
  }

  pick({ sample, name, pdf, audio, latitude, longitude, sticker }) {
    if (sample) this.sendFile("image", name, photo(sample));
    else if (pdf !== undefined) this.sendFile("file", "hop_dong_mau.pdf", fetch("/static/mau.pdf").then((answer) => answer.blob()));
    else if (audio !== undefined) this.act("audio");
    else if (latitude) this.act("location", { latitude: Number(latitude), longitude: Number(longitude) });
    else if (sticker) this.act("sticker", { sticker });
    else return;
    this.sheet(false);
  }
}
