// Which phones are open, and the one stream that keeps all of them up to date.
import * as panel from "./panel.js";
import { Phone } from "./phone.js";
import { ask, byId, facts, make } from "./wire.js";

const STORE = "emulator.phones", FIRST = 3, SILENT_MS = 40000, LONGEST_WAIT_MS = 8000;
const phones = new Map(), row = byId("phones"), switcher = byId("switcher"), chooser = byId("chooser"), share = byId("share");
let source = null, losses = 0, silence = 0, reconnect = 0;

// ---- Phones ----

const hands = { close: (id) => { phones.get(id).element.remove(); phones.delete(id); changed(); }, share: askToShare };

function open(id) {
  if (!phones.has(id)) {
    const phone = new Phone(id, hands);
    phones.set(id, phone);
    row.append(phone.element);
  }
}

/** The set of phones is another one: keep it, and listen to those. */
function changed() {
  localStorage.setItem(STORE, JSON.stringify([...phones.keys()]));
  byId("nobody").hidden = phones.size > 0;
  if (!row.querySelector(".phone.current")) row.querySelector(".phone")?.classList.add("current");
  names();
  connect();
}

/** The names above the phone of a small screen. */
function names() {
  const tabs = [...phones.values()].map((phone) => {
    const current = phone.element.classList.contains("current");
    const tab = make("button", { type: "button", textContent: phone.known?.user.name || "Điện thoại" });
    tab.setAttribute("aria-pressed", current);
    tab.onclick = () => turnTo(phone);
    return tab;
  });
  const texts = (elements) => [...elements].map((each) => each.textContent + each.getAttribute("aria-pressed")).join("|");
  if (texts(tabs) !== texts(switcher.children)) switcher.replaceChildren(...tabs);
}

function turnTo(phone) {
  for (const each of phones.values()) each.element.classList.toggle("current", each === phone);
  phone.log.scrollTop = phone.log.scrollHeight;
  names();
  [...switcher.children][[...phones.values()].indexOf(phone)]?.focus();
}

// ---- The stream ----

function connect() {
  hangUp();
  const asked = new URLSearchParams([...phones.keys()].map((id) => ["user_id", id]));
  source = new EventSource(`/page/stream?${asked}`);
  source.onerror = lost;
  source.onopen = () => { losses = 0; byId("lost").textContent = ""; };
  source.addEventListener("ping", alive);
  source.addEventListener("state", ({ data }) => { alive(); show(JSON.parse(data)); });
  source.addEventListener("message", ({ data }) => {
    alive();
    const { user_id, message } = JSON.parse(data);
    phones.get(user_id)?.show(message);
  });
  alive();
}

function show({ now, state }) {
  panel.update(now, state);
  for (const [id, phone] of phones) { phone.tick(now); phone.update(state.phones[id]); }
  names();
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
  byId("lost").textContent = "Mất kết nối với bộ giả lập. Đang nối lại…";
  reconnect = setTimeout(connect, Math.min(LONGEST_WAIT_MS, 400 * 2 ** losses++));
}

// ---- Dialogs ----

const NEW = "new";
const option = (value, textContent) => make("option", { value, textContent });

async function choose() {
  const fields = chooser.querySelector("form").elements;
  chooser.querySelector(".mistake").textContent = "";
  try {
    const { oas } = await ask("GET", "/control/oas");
    fields.oa.replaceChildren(...oas.map((oa) => option(oa.oa_id, oa.name || `OA ${oa.oa_id}`)), option(NEW, "Tạo OA mới…"));
    await people();
  } catch (problem) {
    chooser.querySelector(".mistake").textContent = problem.message;
  }
  chooser.showModal();
}

/** Citizens of the chosen OA that aren't open yet. */
async function people() {
  const fields = chooser.querySelector("form").elements, fresh = fields.oa.value === NEW;
  const { users } = await ask("GET", "/control/users");
  const free = users.filter((user) => !fresh && user.oa_id === fields.oa.value && !phones.has(user.user_id));
  const taken = new Set(users.map((user) => user.name));
  fields.user.replaceChildren(option(NEW, "Công dân mới…"), ...free.map((user) => option(user.user_id, user.name || `Công dân ${user.user_id}`)));
  const untaken = facts.names.filter((name) => !taken.has(name)), names = untaken.length ? untaken : facts.names;
  fields.user_name.value = names[Math.floor(Math.random() * names.length)];
  arrange();
}

function arrange() {
  const fields = chooser.querySelector("form").elements;
  for (const [name, field] of [["oa", "oa_name"], ["user", "user_name"]]) {
    const fresh = fields[name].value === NEW;
    fields[field].disabled = !fresh;
    fields[field].required = fresh;
  }
}

async function chosen() {
  const { oa, oa_name, user, user_name } = chooser.querySelector("form").elements;
  const oa_id = oa.value === NEW ? await found(oa_name.value.trim()) : oa.value;
  return user.value === NEW ? (await ask("POST", "/control/users", { oa_id, name: user_name.value.trim() })).user_id : user.value;
}

async function found(name) {
  const { apps } = await ask("GET", "/control/apps");
  const app = apps[0] ?? (await ask("POST", "/control/apps", { name: "Ứng dụng mẫu" }));
  return (await ask("POST", "/control/oas", { app_id: app.app_id, name })).oa_id;
}

function askToShare(phone) {
  const form = share.querySelector("form");
  form.elements.name.value = phone.known?.user.name ?? "";
  form.onsubmit = async () => {
    if (await phone.act("submit_info", Object.fromEntries(new FormData(form)))) phone.toast("Đã chia sẻ thông tin với OA.");
  };
  share.showModal();
}

// ---- Start ----

function listen() {
  byId("add").onclick = byId("first").onclick = choose;
  chooser.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      const id = await chosen();
      chooser.close();
      open(id);
      turnTo(phones.get(id));
      changed();
      phones.get(id).element.scrollIntoView({ inline: "nearest", block: "nearest" });
      phones.get(id).text.focus({ preventScroll: true });
    } catch (problem) {
      chooser.querySelector(".mistake").textContent = problem.message;
    }
  };
  chooser.onchange = (event) => {
    if (event.target.name === "oa") people().catch((problem) => { chooser.querySelector(".mistake").textContent = problem.message; });
    else arrange();
  };
  for (const button of document.querySelectorAll("[data-cancel]")) button.onclick = () => button.closest("dialog").close();
  addEventListener("pointerdown", (event) => { for (const phone of phones.values()) phone.foldOutside(event.target); });
  setInterval(() => { panel.tick(); for (const phone of phones.values()) phone.tick(panel.now()); }, 1000);
  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
}

async function start() {
  panel.listen();
  listen();
  const kept = JSON.parse(localStorage.getItem(STORE) ?? "null"), { users } = await ask("GET", "/control/users");
  const there = users.map((user) => user.user_id), known = new Set(there);
  const ids = (kept ?? []).filter((id) => known.has(id));
  // A platform that has forgotten everybody is another one.
  (ids.length || kept?.length === 0 ? ids : there.slice(0, FIRST)).forEach(open);
  changed();
}

start().catch((problem) => { byId("lost").textContent = problem.message; });
