// Asking the control API, and making elements: texts only ever become text.
export const facts = JSON.parse(document.getElementById("facts").textContent);
export const byId = (id) => document.getElementById(id);

const WORDS = {
  "they have blocked the OA": "Công dân đang chặn OA.",
  "they follow already": "Công dân đã quan tâm OA rồi.",
  "they don't follow": "Công dân chưa quan tâm OA.",
  "the last interaction is more than 365 days ago": "Lần tương tác cuối đã quá 365 ngày.",
  "there is no such button": "Không còn nút đó.",
};

/** One call; a refusal or a lost connection is an Error that a person can read. */
export async function ask(method, path, body) {
  let answer, value;
  try {
    answer = await fetch(path, { method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" } });
    value = await answer.json();
  } catch {
    throw new Error("Không nối được với bộ giả lập.");
  }
  if (!answer.ok) throw new Error(WORDS[value.error] ?? `Không làm được: ${value.error}`);
  return value;
}

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export async function base64(blob) {
  const reader = new FileReader();
  await new Promise((done, failed) => { reader.onload = done; reader.onerror = failed; reader.readAsDataURL(blob); });
  return reader.result.split(",", 2)[1] ?? "";
}

/** A drawing as a JPEG, as a phone's camera would send it. */
export async function photo(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = make("canvas", { width: picture.naturalWidth, height: picture.naturalHeight });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
}

const LOCAL = { timeZone: "Asia/Ho_Chi_Minh" };
const format = (options) => new Intl.DateTimeFormat("vi-VN", { ...LOCAL, ...options });
const [CLOCK, DAY, FULL] = [
  format({ hour: "2-digit", minute: "2-digit" }),
  format({ weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" }),
  format({ weekday: "short", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" }),
];
export const clock = (at) => CLOCK.format(at);
export const day = (at) => DAY.format(at);
export const full = (at) => FULL.format(at);

/** A length of time in ms, in words. */
export function span(ms) {
  const hours = Math.floor(ms / 3600000);
  if (hours >= 48) return `${Math.floor(hours / 24)} ngày ${hours % 24} giờ`;
  return hours ? `${hours} giờ ${Math.floor(ms / 60000) % 60} phút` : `${Math.max(0, Math.floor(ms / 60000))} phút`;
}
