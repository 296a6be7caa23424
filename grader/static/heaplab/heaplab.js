/* What a page gains with scripts: drafts that survive a reload, one click = one submission, an order put together by hand,
   and focus that follows a result in. Every page works without this file.
   No page has every element: a closed exercise has no button, a question no order. What looks for one copes without it, so that
   one missing element never stops what comes after. */

const DRAFT = "heaplab-draft-";
const KEPT_DAYS = 30;

function say(text) {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
}

/* ---------------------------------------------------------------- drafts */

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "submit", "button"].includes(field.type));
}

function keepDraft(form) {
  const values = fieldsOf(form)
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
  try {
    localStorage.setItem(DRAFT + form.dataset.draft, JSON.stringify({ at: Date.now(), values }));
  } catch { /* private windows and full stores: the form itself still holds the answers */ }
}

function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(DRAFT + key));
  } catch {
    return null;
  }
}

function restoreDraft(form) {
  const draft = readDraft(form.dataset.draft);
  if (!draft || !Array.isArray(draft.values)) return;
  for (const [name, value] of draft.values) {
    for (const field of fieldsOf(form).filter((one) => one.name === name)) {
      if (["checkbox", "radio"].includes(field.type)) field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  if (draft.values.some(([, value]) => value)) {
    const note = form.querySelector("[data-draft-note]");
    if (note) note.hidden = false;
  }
}

function forgetOldDrafts() {
  const oldest = Date.now() - KEPT_DAYS * 86400000;
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(DRAFT))) {
      // One that cannot be read is as good as old, and no reason to keep the rest.
      if (!(readDraft(key.slice(DRAFT.length))?.at > oldest)) localStorage.removeItem(key);
    }
  } catch { /* no store, nothing to tidy */ }
}

function forgetDraft(root) {
  for (const place of root.querySelectorAll("[data-forget-draft]")) {
    try {
      localStorage.removeItem(DRAFT + place.dataset.forgetDraft);
    } catch { /* nothing kept */ }
  }
}

/* ---------------------------------------------------------------- one click, one submission */

function sendOnce(form) {
  const button = form.querySelector("[data-submit]");
  if (!button) {
    // Enter in the only text field sends a form that has no button at all: here nothing is taken.
    form.addEventListener("submit", (event) => event.preventDefault());
    return;
  }
  const label = button.textContent;
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    button.setAttribute("aria-disabled", "true");
    button.textContent = "Sending…";
    say("Sending your answers");
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  });
}

/* ---------------------------------------------------------------- "nothing" and the boxes beside it exclude each other */

function nothingOrSome(set) {
  const nothing = set.querySelector("[data-nothing]");
  if (!nothing) return;
  set.addEventListener("change", (event) => {
    if (!event.target.checked) return;
    for (const box of set.querySelectorAll("input[type=checkbox]")) {
      if ((event.target === nothing) !== (box === nothing)) box.checked = false;
    }
  });
}

/* ---------------------------------------------------------------- an order put together: click to add, buttons or a drag to move */

function orderOf(set) {
  return [...set.querySelectorAll("select")].filter((select) => select.value).sort((a, b) => Number(a.value) - Number(b.value));
}

function makeOrder(set) {
  const rows = set.querySelector("[data-places]");
  if (!rows) return;
  const view = document.createElement("div");
  view.className = "stack-tight";
  const sequence = document.createElement("ol");
  sequence.className = "sequence";
  sequence.dataset.empty = "Nothing yet: choose below what comes first.";
  sequence.setAttribute("aria-label", "Your order");
  const pool = document.createElement("ul");
  pool.className = "pool";
  pool.setAttribute("aria-label", "Not in your order");
  view.append(sequence, pool);
  rows.hidden = true;
  rows.before(view);
  const state = { set, rows, sequence, pool, order: orderOf(set) };
  drawOrder(state);
  dragOrder(state);
  set.querySelector("[data-nothing]")?.addEventListener("change", (event) => {
    if (event.target.checked) changeOrder(state, [], "None of them");
  });
}

function named(select) {
  return select.dataset.label;
}

function changeOrder(state, order, spoken, focus = []) {
  state.order = order;
  for (const select of state.set.querySelectorAll("select")) {
    const place = order.indexOf(select);
    select.value = place < 0 ? "" : String(place + 1);
  }
  const nothing = state.set.querySelector("[data-nothing]");
  if (nothing && order.length) nothing.checked = false;
  drawOrder(state);
  say(spoken);
  // The button just used may be gone or disabled: the first of these that is there takes the focus.
  focus.map((one) => state.set.querySelector(one)).find(Boolean)?.focus();
  state.set.closest("form")?.dispatchEvent(new Event("input"));
}

function tool(state, select, text, label, disabled, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.textContent = text;
  button.disabled = disabled;
  button.dataset.does = `${label}-${select.id}`;
  button.setAttribute("aria-label", `${label}: ${named(select)}`);
  button.addEventListener("click", act);
  return button;
}

function moved(order, from, to) {
  const next = [...order];
  next.splice(to, 0, next.splice(from, 1)[0]);
  return next;
}

function drawOrder(state) {
  const { order } = state;
  state.sequence.replaceChildren(...order.map((select, place) => {
    const item = document.createElement("li");
    const label = document.createElement("span");
    label.textContent = named(select);
    const tools = document.createElement("span");
    tools.className = "tools";
    const step = (way, text, to, disabled) => tool(state, select, text, way, disabled, () =>
      changeOrder(state, moved(order, place, to), `${named(select)} is now number ${to + 1}`, [`[data-does="${way}-${select.id}"]:not(:disabled)`, ".tool:not(:disabled)"]));
    tools.append(
      step("Earlier", "↑", place - 1, place === 0),
      step("Later", "↓", place + 1, place === order.length - 1),
      tool(state, select, "×", "Take out", false, () =>
        changeOrder(state, order.filter((one) => one !== select), `${named(select)} taken out`, [".pool button"])),
    );
    item.append(label, tools);
    return item;
  }));
  const rest = [...state.set.querySelectorAll("select")].filter((select) => !order.includes(select));
  state.pool.replaceChildren(...rest.map((select) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = named(select);
    button.addEventListener("click", () =>
      changeOrder(state, [...order, select], `${named(select)} is number ${order.length + 1}`, [".pool button", ".tool:not(:disabled)"]));
    item.append(button);
    return item;
  }));
}

function dragOrder(state) {
  state.sequence.addEventListener("pointerdown", (event) => {
    const item = event.target.closest("li");
    if (!item || event.target.closest("button") || state.set.matches(":disabled")) return;
    let from = [...state.sequence.children].indexOf(item);
    item.setPointerCapture(event.pointerId);
    item.classList.add("dragged");
    const move = (at) => {
      const to = [...state.sequence.children].findIndex((other) => {
        const box = other.getBoundingClientRect();
        return at.clientY >= box.top && at.clientY <= box.bottom;
      });
      if (to < 0 || to === from) return;
      state.sequence.insertBefore(item, to > from ? state.sequence.children[to].nextSibling : state.sequence.children[to]);
      state.order = moved(state.order, from, to);
      from = to;
    };
    const drop = () => {
      item.removeEventListener("pointermove", move);
      changeOrder(state, state.order, `New order: ${state.order.map(named).join(", ")}`);
    };
    item.addEventListener("pointermove", move);
    item.addEventListener("pointerup", drop, { once: true });
    item.addEventListener("pointercancel", drop, { once: true });
  });
}

/* ---------------------------------------------------------------- a program that fits the window stays in view */

function pinPrograms() {
  for (const program of document.querySelectorAll(".program")) {
    program.classList.remove("pinned");
    const lines = [...program.querySelectorAll(".line")].map((line) => ({ line, box: line.getBoundingClientRect() }));
    if (!lines.length) continue;
    const top = lines[0].box.top;
    if (lines.at(-1).box.bottom - top + 48 > window.innerHeight) continue;
    for (const { line, box } of lines) line.style.top = `${box.top - top + 24}px`;
    program.classList.add("pinned");
  }
}

/* ---------------------------------------------------------------- start */

for (const set of document.querySelectorAll("[data-exclusive]")) nothingOrSome(set);
for (const form of document.querySelectorAll("form[data-draft]")) {
  // What came back filled in may belong to another revision than the draft it was sent from: it is kept as this one's.
  if (form.dataset.filled) keepDraft(form);
  else restoreDraft(form);
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("change", () => keepDraft(form));
  sendOnce(form);
}
for (const set of document.querySelectorAll("[data-order]")) makeOrder(set);
forgetOldDrafts();
forgetDraft(document);
pinPrograms();
window.addEventListener("resize", pinPrograms);

document.querySelector("[data-errors]")?.focus();

document.body.addEventListener("htmx:afterSwap", () => {
  const arrived = document.querySelector("[data-arrived]");
  if (!arrived) return;
  forgetDraft(document);
  pinPrograms();
  document.title = arrived.dataset.arrived;
  // Whoever is somewhere else on the page by now stays there: only a focus that went with what was swapped is brought back.
  if (document.activeElement === document.body) arrived.focus({ preventScroll: true });
});

// A look that failed (a restart, a dropped connection) is no reason to stop looking.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(name, (event) => {
    const place = event.target?.closest?.("[data-polling]");
    if (place) setTimeout(() => place.dispatchEvent(new Event("again")), 5000);
  });
}
