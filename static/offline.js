// Checks a certificate's code without a network: signature, then the list of papers that no longer stand.
// It runs inside the downloaded page, behind the vendored Ed25519 (`verifyAsync`); the format is
// docs/certificate-codes.md.
const facts = JSON.parse(document.getElementById("facts").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const utf8 = new TextEncoder();
const unpack = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const message = (purpose, data) => Uint8Array.from([...utf8.encode("xingtan:" + purpose), 0, ...data]);

async function signed(keyId, purpose, data, signature) {
  const key = facts.keys.find((item) => item.key_id === keyId);
  if (!key) return "forged";
  if (key.algorithm !== "ed25519") return "sm2";
  const good = await verifyAsync(signature, message(purpose, data), unhex(key.public)).catch(() => false);
  return good ? "" : "forged";
}

async function mark(number, piece) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8.encode(`${number}|${piece}`)));
  return Array.from(digest.slice(0, 10), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function judge(text) {
  let payload, signature, content, keyId;
  try {
    const [head, body, id, tail, ...more] = text.trim().split("#").pop().split(".");
    if (head !== "XT1" || more.length) return ["unreadable"];
    payload = unpack(body);
    signature = unpack(tail);
    keyId = id;
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return ["unreadable"];
  }
  const wrong = await signed(keyId, "certificate", payload, signature);
  if (wrong) return [wrong];
  const [number, piece] = content;
  const marks = new Set(facts.snapshot.marks);
  if (marks.has(await mark(number, 0))) return ["not_standing", content];
  if (marks.has(await mark(number, piece))) return ["replaced", content];
  return ["stands", content];
}

function show([result, content]) {
  const answer = document.getElementById("answer");
  answer.hidden = false;
  answer.className = result === "stands" ? "good" : "bad";
  answer.dataset.result = result;
  answer.replaceChildren();
  const line = document.createElement("p");
  line.textContent = words[result];
  answer.append(line);
  if (!content) return;
  const list = document.createElement("dl");
  const [number, piece, name, kind, subject, issued] = content;
  const rows = { number, name, kind: words.kinds[kind] ?? kind, subject, issued, piece };
  for (const [key, value] of Object.entries(rows)) {
    const term = document.createElement("dt");
    const said = document.createElement("dd");
    term.textContent = words[key];
    said.textContent = value || "—";
    list.append(term, said);
  }
  answer.append(list);
}

const { at, marks, key_id: snapshotKey, signature: snapshotSignature } = facts.snapshot;
document.getElementById("as-of").textContent = `${words.as_of} ${at}`;
const text = JSON.stringify({ at, marks });
const intact = await signed(snapshotKey, "revocation snapshot", utf8.encode(text), unhex(snapshotSignature));
if (intact === "forged") show(["snapshot"]);
document.getElementById("check").addEventListener("click", async () => {
  show(await judge(document.getElementById("code").value));
});
