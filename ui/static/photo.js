// Photographs one after the other, with their digests before they leave, and honest words when they did not arrive.
// The page works without this file: the two fields and the button are plain HTML.

const told = "wangjian.photos";
const grouped = (hex) => hex.match(/.{8}/g).join(" ");

async function sha256(file) {
  if (!globalThis.crypto?.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const form = document.querySelector("[data-photo]");
const photos = [];

function draw() {
  const list = form.querySelector("[data-photos]");
  list.replaceChildren(
    ...photos.map((photo, place) => {
      const item = document.createElement("li");
      const name = document.createElement("p");
      name.textContent = `${photo.file.name}　${Math.ceil(photo.file.size / 1024)} KB`;
      const digest = document.createElement("code");
      digest.textContent = photo.sha256 ? grouped(photo.sha256) : "";
      const drop = document.createElement("button");
      drop.type = "button";
      drop.textContent = "去掉";
      drop.setAttribute("aria-label", `去掉第 ${place + 1} 张`);
      drop.addEventListener("click", () => {
        photos.splice(place, 1);
        draw();
      });
      item.append(name, digest, drop);
      return item;
    }),
  );
}

function say(words) {
  const line = document.createElement("p");
  line.className = "notice bad";
  line.textContent = words;
  document.getElementById("photo-problem").replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
}

async function take(input) {
  const files = [...input.files];
  input.value = "";
  for (const file of files) photos.push({ file, sha256: await sha256(file) });
  draw();
}

async function send(button) {
  const body = new FormData(form);
  body.delete("files");
  for (const photo of photos) body.append("files", photo.file, photo.file.name);
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const place = new URL(answer.url).pathname;
    if (answer.ok && place.startsWith("/evidence/photo/")) {
      try {
        sessionStorage.setItem(told, JSON.stringify(photos.map((photo) => photo.sha256)));
      } catch {
        // Nothing to compare with then.
      }
      photos.length = 0;
      location.assign(answer.url);
    } else if (place.startsWith("/login")) {
      say("登录已过期，照片没有上传。请在另一个窗口登录后，回到本页再按一次“上传并封存”；在此之前不要关闭本页。");
    } else {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const problem = page.querySelector(".notice.bad, main h1")?.textContent ?? `服务器回答 ${answer.status}`;
      say(`${problem.replace("。请重新选择照片", "")}。照片还在本页，没有保存；改正后可再按一次。`);
    }
  } catch {
    say("没有连上服务器，照片没有上传，也没有保存在任何地方。它们还在本页：有网后再按一次；刷新或关闭本页就会丢失。");
  } finally {
    button.disabled = false;
  }
}

if (form) {
  form.classList.add("scripted");
  for (const input of form.querySelectorAll("[data-take]")) input.addEventListener("change", () => take(input));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (photos.length === 0) say("还没有照片。先拍照，或从相册选。");
    else send(form.querySelector("button.main"));
  });
  addEventListener("beforeunload", (event) => {
    if (photos.length > 0) event.preventDefault();
  });
}

const sealed = document.querySelectorAll("[data-sealed]");
if (sealed.length > 0) {
  try {
    const sent = new Set(JSON.parse(sessionStorage.getItem(told) ?? "[]"));
    for (const item of sealed)
      if (sent.has(item.dataset.sealed)) item.querySelector("[data-same]").textContent = "　与发送前手机上算的一致";
    sessionStorage.removeItem(told);
  } catch {
    // Private windows may keep nothing.
  }
}
