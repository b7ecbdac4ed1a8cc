// The panel: the clock, the webhooks, and what goes wrong on purpose.
import { ask, byId, full, make, span } from "./wire.js";

const RESULTS = { slow: "quá 2 giây", connection: "không nối được" };
const INJECTED = { bad_mac: "sai chữ ký", tampered: "bị sửa", duplicate: "bản lặp", twin: "bản đôi" };
const panel = byId("panel"), toggle = byId("open-panel"), STORE = "emulator.panel";
let difference = 0;

/** The platform's time in ms. */
export const now = () => Date.now() + difference;

function open(shown) {
  panel.hidden = !shown;
  toggle.setAttribute("aria-expanded", shown);
  localStorage.setItem(STORE, shown ? "1" : "");
}

async function attempt(doing, done) {
  try {
    const answer = await doing;
    byId("panel-note").textContent = done?.(answer) ?? "";
  } catch (problem) {
    byId("panel-note").textContent = problem.message;
  }
}

function app({ app_id, name, webhook_url, subscribed }) {
  const item = make("li", {}, make("b", { textContent: name || `Ứng dụng ${app_id}` }), make("code", { textContent: webhook_url || "chưa có webhook" }));
  if (webhook_url && !subscribed) {
    const again = make("button", { type: "button", className: "button", textContent: "Đăng ký lại" });
    again.onclick = () => attempt(ask("PATCH", `/control/apps/${app_id}`, { subscribed: true }));
    item.append(make("span", { className: "bad", textContent: "Đã bị ngắt sau nhiều lần hỏng." }), again);
  }
  return item;
}

function call({ event_name, attempt: failures, result, took_ms, injected }) {
  const good = result === "200";
  const more = [failures ? `lần ${failures + 1}` : "", INJECTED[injected] ?? injected, `${took_ms} ms`].filter(Boolean).join(" · ");
  const outcome = make("b", { className: good ? "good" : "bad", textContent: RESULTS[result] ?? result });
  return make("li", {}, outcome, make("code", { textContent: event_name }), make("small", { textContent: more }));
}

const shown = new Map();
/** Replace a list only when it has changed, so that nobody's focus is lost. */
function list(id, values, drawing, empty) {
  const text = JSON.stringify(values);
  if (shown.get(id) === text) return;
  shown.set(id, text);
  byId(id).replaceChildren(...(values.length ? values.map(drawing) : [make("li", { className: "quiet", textContent: empty })]));
}

/** What the platform says of itself. */
export function update(time, state) {
  difference = time - Date.now();
  tick();
  byId("ahead").textContent = state.ahead ? `Nhanh hơn giờ thật ${span(state.ahead * 1000)}` : "Bằng giờ thật";
  byId("pending").textContent = state.pending + (state.in_flight ? ` (${state.in_flight} đang gửi)` : "");
  byId("delivered").textContent = state.delivered;
  byId("failed").textContent = state.failed;
  byId("held").checked = state.held;
  list("apps", state.apps, app, "Chưa có ứng dụng nào.");
  list("attempts", state.attempts, call, "Chưa gọi lần nào.");
  for (const box of panel.querySelectorAll("[data-fault]")) {
    const fault = state.faults.find((each) => each.kind === box.dataset.fault);
    box.checked = Boolean(fault);
    const words = [fault?.count > 0 ? `còn ${fault.count} lần` : "", fault && fault.where !== "*" ? fault.where : "", fault?.code || ""];
    box.closest("label").querySelector(".left").textContent = words.filter(Boolean).join(" · ");
  }
  toggle.classList.toggle("hot", state.faults.length > 0 || state.held);
  toggle.setAttribute("aria-label", state.faults.length || state.held ? "Điều khiển (đang cố ý làm hỏng)" : "Điều khiển");
}

export function tick() {
  byId("clock").textContent = full(now());
}

function fault(box) {
  const path = `/page/faults/${box.dataset.fault}`;
  if (!box.checked) return ask("DELETE", path);
  const hook = box.dataset.fault.startsWith("webhook_");
  const values = { count: Number(byId("count").value), where: hook ? "*" : byId("where").value };
  if (box.dataset.fault === "error") values.code = Number(byId("code").value);
  return ask("PUT", path, values);
}

export function listen() {
  const kept = localStorage.getItem(STORE);
  open(kept === null ? matchMedia("(min-width: 75rem)").matches : kept !== "" && matchMedia("(min-width: 45rem)").matches);
  toggle.onclick = () => { open(panel.hidden); if (!panel.hidden) byId("close-panel").focus(); };
  byId("close-panel").onclick = () => { open(false); toggle.focus(); };
  panel.onkeydown = (event) => { if (event.key === "Escape") byId("close-panel").click(); };
  panel.onchange = (event) => {
    const box = event.target;
    if (box.dataset.fault) attempt(fault(box));
    else if (box.id === "held") attempt(ask("PATCH", "/control/options", { hold_webhooks: box.checked }));
  };
  panel.onclick = (event) => {
    const seconds = event.target.closest("[data-advance]")?.dataset.advance;
    if (seconds) attempt(ask("POST", "/control/clock", { advance: Number(seconds) }), () => "Đã chỉnh đồng hồ.");
  };
  byId("flush").onclick = () => attempt(ask("POST", "/control/flush"), (answer) => (answer.done ? "Đã giao hết những gì đang chờ." : "Chưa giao xong trong 10 giây."));
  byId("clear").onclick = () => attempt(ask("DELETE", "/control/faults"), () => "Không còn gì bị làm hỏng.");
}
