// One message of a chat as an element.
import { clock, facts, make } from "./wire.js";

const OF_OA = { sent: "đã gửi", received: "đã nhận", seen: "đã xem" };
const OF_USER = { sent: "đã gửi", delivered: "đã nhận", failed: "webhook không nhận", not_delivered: "không có webhook nhận" };
const BAD = ["failed", "not_delivered"];
const ICONS = { ":>": "😄", "--b": "😞", ":-((": "😭", "/-strong": "👍", "/-heart": "❤️", ":-h": "😡", ":o": "😮" };
const officers = new Map(facts.officers);
const stickers = new Map(facts.stickers);
const ADDRESS = /(https?:\/\/[^\s<>"]+)/;

const parsed = (url) => { try { return new URL(url, location.href); } catch { return null; } };
const web = (url) => /^https?:$/.test(parsed(url)?.protocol ?? "");
/** Files of the platform by their path: it may call itself by another name than this page does. */
const file = (url) => parsed(url)?.pathname.match(/^\/cdn\/[\w.]+$/)?.[0] ?? null;

function link(url, ...children) {
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function words(text) {
  const parts = text.split(ADDRESS).map((part, index) => (index % 2 ? link(part, part) : part));
  return make("p", { className: "words" }, ...parts);
}

function picture(payload, mine) {
  const path = file(payload.url);
  const name = mine ? "Ảnh công dân gửi" : "Ảnh OA gửi";
  if (path) return make("div", { className: "picture" }, link(path, make("img", { src: path, alt: `${name}, mở to`, width: 208, height: 156 })));
  return card("image", web(payload.url) ? link(payload.url, "Mở ảnh") : "Ảnh", parsed(payload.url)?.hostname ?? "");
}

function card(icon, title, small) {
  const sign = make("span", { className: "sign" }, make("img", { src: `/static/drawn/${icon}.svg`, alt: "", width: 24, height: 24 }));
  return make("div", { className: "card" }, sign, make("div", {}, make("b", {}, title), make("small", { textContent: small })));
}

function size(bytes) {
  return bytes >= 1024 * 1024 ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} kB`;
}

function location_(payload) {
  const { latitude, longitude } = payload.coordinates ?? {};
  const known = facts.places.find(([, , y, x]) => Number(latitude) === y && Number(longitude) === x);
  const map = make("div", { className: "map", ariaHidden: "true" }, make("img", { src: "/static/drawn/pin.svg", alt: "", width: 34, height: 34 }));
  const title = known ? `${known[1]}, ${known[0]}` : "Vị trí";
  return make("div", { className: "place" }, map, make("b", { textContent: title }), make("small", { textContent: `${latitude}, ${longitude}` }));
}

function request(payload, hands) {
  const button = make("button", { type: "button", textContent: "Chia sẻ thông tin", onclick: hands.share });
  return make("div", { className: "request" }, make("b", { textContent: payload.title }), make("p", { textContent: payload.subtitle }), button);
}

function attachment({ type, payload }, message, hands) {
  const path = file(payload.url);
  const open = (name) => (path || web(payload.url) ? link(path ?? payload.url, name) : name);
  if (type === "image" || type === "gif") return picture(payload, message.from === "user");
  if (type === "file") return card("file", open(payload.name || "Tệp"), size(Number(payload.size) || 0));
  if (type === "audio") return card("audio", open("Ghi âm"), "bấm tên để tải về");
  if (type === "video") return card("video", open("Phim"), payload.description ?? "");
  if (type === "location") return location_(payload);
  if (type === "sticker") {
    const name = `Nhãn dán ${stickers.get(payload.id) ?? payload.id}`;
    if (!stickers.has(payload.id)) return card("image", name, "");
    return make("img", { className: "sticker", src: `/static/drawn/sticker_${payload.id}.svg`, alt: name, width: 96, height: 96 });
  }
  if (type === "request_user_info") return request(payload, hands);
  if (type === "link" && message.kind === "business_card") return card("person", "Danh thiếp", "");
  if (type === "link") return card("link", open(payload.url), payload.description ?? "");
  return null;
}

function button(each, number, message, hands) {
  if (each.type === "oa.open.url" && web(each.payload?.url)) {
    return link(each.payload.url, each.title, make("span", { textContent: " ↗", ariaHidden: "true" }));
  }
  return make("button", { type: "button", textContent: each.title, onclick: () => hands.tap(message.id, number) });
}

function quoted(message, hands) {
  const other = message.quote && hands.find(message.quote);
  return other ? make("blockquote", { textContent: other.text || "(tin không có chữ)" }) : null;
}

function foot(message) {
  const mine = message.from === "user";
  const state = (mine ? OF_USER : OF_OA)[message.status] ?? message.status;
  const line = make("p", { className: "meta" }, make("time", { textContent: clock(message.at) }), ` · ${state}`);
  line.classList.toggle("bad", BAD.includes(message.status));
  return line;
}

/** The list item of a message. `hands`: tap(id, number), share(), find(id). */
export function bubble(message, hands) {
  const mine = message.from === "user";
  const item = make("li", { className: mine ? "mine" : message.from });
  const author = message.from === "agent" ? `${officers.get(message.admin_id) ?? "Cán bộ"} · OA Manager` : "";
  if (author) item.append(make("p", { className: "author", textContent: author }));
  else item.append(make("span", { className: "sr", textContent: mine ? "Công dân: " : "OA: " }));
  const parts = message.attachments.map((each) => attachment(each, message, hands)).filter(Boolean);
  const bare = parts.length && !message.text && ["image", "gif", "sticker"].includes(message.kind);
  const inside = [quoted(message, hands), ...parts, message.text || !parts.length ? words(message.text) : null];
  item.append(make("div", { className: bare ? "bubble bare" : "bubble" }, ...inside));
  if (message.reactions.length) {
    item.append(make("p", { className: "reactions", ariaLabel: "Cảm xúc", textContent: message.reactions.map((icon) => ICONS[icon] ?? icon).join("") }));
  }
  if (message.buttons.length) {
    const listed = message.buttons.map((each, index) => button(each, index + 1, message, hands));
    item.append(make("div", { className: "buttons" }, ...listed));
  }
  item.append(foot(message));
  return item;
}
