// Enhancement only: every page works without it.
for (const input of document.querySelectorAll("input[type=file][data-preview]")) {
  const picture = document.getElementById(input.dataset.preview);
  const note = document.getElementById(input.dataset.preview + "-note");
  input.addEventListener("change", () => {
    const file = input.files[0];
    if (!file) return;
    picture.src = URL.createObjectURL(file);
    picture.hidden = false;
    note.textContent = file.size > Number(input.dataset.most) ? input.dataset.tooLarge : "";
  });
}
// A summary names the field that each problem belongs to.
for (const link of document.querySelectorAll(".govuk-error-summary a[href^='#']")) {
  const name = CSS.escape(link.getAttribute("href").slice(1));
  const label = name && document.querySelector(`label[for="${name}"], #${name} > legend`);
  if (label) link.prepend(label.textContent.trim() + " · ");
}
// Typing is activity: whoever fills in a long form is not signed out meanwhile. Asked at most every five minutes.
let awake = Date.now();
document.addEventListener("input", () => {
  if (Date.now() - awake < 300000) return;
  awake = Date.now();
  fetch(location.href, { method: "HEAD" });
});
const wait = document.querySelector("[data-refresh]");
if (wait) setTimeout(() => location.reload(), Number(wait.dataset.refresh) * 1000);
// A scanned address brings a certificate's code behind the #, which no server is sent.
const code = document.querySelector("textarea[name=code]");
if (code && !code.value && location.hash.startsWith("#XT1.")) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  code.form.requestSubmit();
}
const menus = document.querySelectorAll(".xt-nav details");
const closeMenus = (but) => menus.forEach((menu) => { if (!menu.contains(but)) menu.open = false; });
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });
