/* The replay of a run: the steps come as differences (grader/simulating/replaying.py says how), are put together once, and each is drawn from
   plain data: program, heap, memory, words. Where things stand was worked out with the steps, so nothing ever moves to another place.
   Without this file the page shows the same steps as text, by links; here the links are buttons that need no server. */

const SVG = "http://www.w3.org/2000/svg";
// Sizes of the picture, as in sim/drawing/places.py, which found the places with them.
const CHAR = 0.602 * 13, ROW = 22, HEAD = 26, TAG = 17, FOOT = 4, PAD = 10, TOP = 62, LEFT = 14, BETWEEN = 20;
const CLEARANCE = 7, BULGE = 20, LANE = 6;
const SMALLEST = 0.72; // of its natural size a picture is shown at; below that the narrow one is taken, and then it scrolls
const TAGS = { untracked: "untracked by gc", immortal: "immortal", unreachable: "unreachable", dead: "dead", resurrected: "↺ resurrected" };
const STATES = { untracked: "not tracked by the collector", immortal: "immortal", unreachable: "unreachable, not yet freed", dead: "dead", resurrected: "saved by its finalizer" };
const BLOCKS = { used: "used by the interpreter", ours: "an object of the program", kept: "dead, kept on a free list", free: "freed, next to be used again", fresh: "never handed out" };
const TELLING = new Set(["died", "finalizer", "callback", "resurrected", "printed", "collection ended", "getrefcount", "weak reference cleared"]);
const MOST_TOLD = 5, MOST_HOLDERS = 12;

function draw(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function html(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/* What stands between backticks is code. */
const ticked = (text) => text.split("`").map((part, place) => (place % 2 ? html("code", {}, part) : part));
const cut = (text, room, char = CHAR) => (text.length * char <= room ? text : text.slice(0, Math.max(1, Math.floor(room / char) - 1)) + "…");
const times = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const ordinal = (n) => `${n}${n % 100 >= 10 && n % 100 <= 20 ? "th" : { 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th"}`;
const partOf = (label) => (label.startsWith(".") ? `attribute ${label.slice(1)}` : /^\d+$/.test(label) ? `item ${label}` : label || "an element");
const isDead = (box) => Boolean(box?.states?.includes("dead"));
const rowsOf = (frame) => [...(frame.slots ?? []), ...(frame.temporaries ?? [])];
const frameHeight = (frame) => HEAD + ROW * Math.max(1, rowsOf(frame).length) + FOOT;
const boxHeight = (box) => {
  const rows = (box.slots ?? []).length, tags = (box.states ?? []).length;
  return HEAD + ROW * (rows + (box.left_out ? 1 : 0)) + TAG * tags + (rows || tags ? FOOT : 0);
};

/* ---------------------------------------------------------------- the steps put together */

function expand(data) {
  let boxes = new Map(), frames = [], memory = null, output = "";
  return data.steps.map((step) => {
    boxes = new Map(boxes);
    for (const number of step.gone ?? []) boxes.delete(number);
    for (const place of step.boxes ?? []) boxes.set(data.boxes[place].number, data.boxes[place]);
    if (step.frames) frames = step.frames.map((place) => data.frames[place]);
    memory = step.memory ?? memory;
    output += step.printed ?? "";
    return { step, boxes, frames, memory, output, sums: new Map((step.sums ?? []).map(([number, count, inner]) => [number, { count, inner }])) };
  });
}

/* ---------------------------------------------------------------- arrows: from the row that refers to the box it refers to */

function rightEdge(boxes, column, one, other) {
  const upper = Math.min(one, other), lower = Math.max(one, other);
  return Math.max(0, ...boxes.filter((box) => box.column === column && box.bottom >= upper && box.y <= lower).map((box) => box.right));
}

/* A height at which a column can be crossed, as near as possible to the straight way. */
function corridor(boxes, from, to) {
  const wish = (from + to) / 2;
  const free = [wish, from, to, ...boxes.flatMap((box) => [box.y - CLEARANCE, box.bottom + CLEARANCE])]
    .filter((y) => boxes.every((box) => y <= box.y - CLEARANCE + 0.01 || y >= box.bottom + CLEARANCE - 0.01));
  const way = (y) => Math.abs(y - from) + Math.abs(y - to);
  return free.length ? free.reduce((best, y) => (way(y) < way(best) ? y : best)) : wish;
}

function route(source, rowY, target, entryY, boxes, lane) {
  if (target.column === source.column) {
    const edge = Math.max(source.right, rightEdge(boxes, source.column, rowY, entryY));
    const out = edge + BULGE + LANE * (lane % 4) + Math.min(14, Math.abs(entryY - rowY) / 16);
    return `M${source.right},${rowY} C${out},${rowY} ${out},${entryY} ${target.right},${entryY}`;
  }
  const forwards = target.column > source.column;
  const points = [[forwards ? source.right : source.x, rowY]];
  if (forwards) {
    const edge = rightEdge(boxes, source.column, rowY, entryY);
    if (edge > source.right + CLEARANCE) points.push([edge, rowY]);
  }
  for (let column = source.column + (forwards ? 1 : -1); column !== target.column; column += forwards ? 1 : -1) {
    const between = boxes.filter((box) => box.column === column);
    if (!between.length) continue;
    const y = corridor(between, points.at(-1)[1], entryY);
    const left = [Math.min(...between.map((box) => box.x)) - CLEARANCE, y], right = [Math.max(...between.map((box) => box.right)) + CLEARANCE, y];
    points.push(...(forwards ? [left, right] : [right, left]));
  }
  if (!forwards) {
    const edge = rightEdge(boxes, target.column, points.at(-1)[1], entryY);
    if (edge > target.right + 1) points.push([edge + CLEARANCE, entryY]);
  }
  points.push([forwards ? target.x : target.right, entryY]);
  return points.slice(1).reduce((way, [x, y], place) => {
    const [fromX, fromY] = points[place], bend = (x - fromX) / 2;
    return way + (Math.abs(fromY - y) < 0.5 ? ` L${x},${y}` : ` C${fromX + bend},${fromY} ${x - bend},${y} ${x},${y}`);
  }, `M${points[0][0]},${points[0][1]}`);
}

/* ---------------------------------------------------------------- the picture of the heap */

class HeapPicture {
  constructor(place, data, pick) {
    this.place = place;
    this.data = data;
    this.drawn = new Map(); // number -> { box, sum, group }
    this.svg = draw("svg", { role: "img" }, definitions());
    this.layers = ["frames", "objects", "arrows"].map((name) => draw("g", { class: name }));
    this.svg.append(...this.layers);
    this.legend = legendOf(data);
    this.svg.addEventListener("click", (event) => {
      const group = event.target.closest(".object");
      pick(group ? Number(group.dataset.number) : null);
    });
  }

  /* The wide layout where it can be read, else the narrow one. */
  fit() {
    const room = this.place.clientWidth || 700;
    const layout = this.data.wide.width * SMALLEST <= room ? this.data.wide : this.data.narrow;
    if (layout !== this.layout) this.drawn.forEach(({ group }) => group.remove()), this.drawn.clear();
    this.layout = layout;
    const shown = Math.max(Math.min(layout.width, room - 2), layout.width * SMALLEST), height = layout.height - TOP + 24;
    this.svg.setAttribute("viewBox", `0 ${TOP - 18} ${layout.width} ${height}`);
    this.svg.setAttribute("width", shown);
    this.svg.setAttribute("height", (height * shown) / layout.width);
  }

  show(state, picked) {
    this.state = state;
    this.rows = [];
    this.rects = new Map();
    for (const box of state.boxes.values()) {
      const [column, y, width] = this.layout.places[box.number], x = this.layout.columns[column], height = boxHeight(box);
      this.rects.set(box.number, { x, y, width, height, column, right: x + width, bottom: y + height });
    }
    this.frames();
    for (const [number, { group }] of this.drawn) if (!state.boxes.has(number)) group.remove(), this.drawn.delete(number);
    for (const box of state.boxes.values()) this.box(box, picked);
    this.arrows(picked);
    const alive = [...state.boxes.values()].filter((box) => !isDead(box)).length;
    this.svg.setAttribute("aria-label", `The heap: ${times(alive, "object")}. The same stands in words below.`);
  }

  frames() {
    let y = TOP;
    const groups = this.state.frames.map((frame) => {
      const width = this.layout.frame_width, height = frameHeight(frame);
      const group = draw("g", { class: "frame" },
        draw("rect", { x: LEFT, y, width, height, rx: 3, class: "box" }), draw("rect", { x: LEFT + 1, y: y + 1, width: width - 2, height: HEAD - 2, rx: 2, class: "head-bar" }),
        draw("text", { x: LEFT + PAD, y: y + 17.5, class: "kind" }, cut(frame.name, width - 2 * PAD)));
      const rows = rowsOf(frame);
      if (!rows.length) group.append(draw("text", { x: LEFT + PAD, y: y + HEAD + 15, class: "small" }, "(no names yet)"));
      const owner = { x: LEFT, y, width, right: LEFT + width, bottom: y + height, column: -1 };
      rows.forEach((slot, place) => this.row(group, slot, owner, owner, y + HEAD + place * ROW, place >= (frame.slots ?? []).length));
      y += height + BETWEEN;
      return group;
    });
    this.layers[0].replaceChildren(...groups);
  }

  /* A box is drawn anew only when it looks otherwise; its rows are listed for the arrows in any case. */
  box(box, picked) {
    const where = this.rects.get(box.number), sum = this.state.sums.get(box.number), sumText = sum ? sumWords(sum, this.state.step.what) : "";
    let known = this.drawn.get(box.number);
    if (!known || known.box !== box || known.sum !== sumText) {
      const group = draw("g", { class: "object", "data-number": box.number });
      this.paint(group, box, { x: 0, y: 0, width: where.width, height: where.height, right: where.width, bottom: where.height });
      if (sumText) group.append(sumPill(sumText, where.width));
      group.setAttribute("transform", `translate(${where.x},${where.y})`);
      if (known) known.group.replaceWith(group);
      else group.classList.add("new"), this.layers[1].append(group);
      known = { box, sum: sumText, group };
      this.drawn.set(box.number, known);
    }
    known.group.setAttribute("class", ["object", ...(box.states ?? []), known.group.classList.contains("new") ? "new" : "", picked === box.number ? "picked" : "", this.state.step.about === box.number ? "about" : ""].join(" ").trim());
    this.eachRow(box, (slot, y) => slot.target !== undefined && this.rows.push({ owner: where, y: where.y + y + ROW / 2, slot, from: box.number, lost: box.states?.includes("unreachable") }));
  }

  eachRow(box, act) {
    let y = HEAD;
    (box.slots ?? []).forEach((slot, place) => {
      if (box.left_out && place === (box.gap ?? 0)) act(null, y), y += ROW;
      if (slot) act(slot, y);
      y += ROW;
    });
    return y;
  }

  paint(group, box, at) {
    const states = box.states ?? [], round = states.includes("untracked") ? 0 : 9;
    group.append(draw("rect", { x: -5, y: -5, width: at.width + 10, height: at.height + 10, rx: round && 12, class: "halo" }));
    if (states.includes("immortal")) group.append(draw("rect", { x: -4, y: -4, width: at.width + 8, height: at.height + 8, rx: round && 12, class: "outer" }));
    const bar = at.height <= HEAD + FOOT ? at.height - 2.4 : HEAD - 2;
    group.append(draw("rect", { x: 0, y: 0, width: at.width, height: at.height, rx: round, class: "box" }), draw("rect", { x: 1.2, y: 1.2, width: at.width - 2.4, height: bar, rx: Math.max(0, round - 1), class: "head-bar" }));
    if (isDead(box)) group.append(draw("line", { x1: 0, y1: 0, x2: at.width, y2: at.height, class: "cross" }), draw("line", { x1: 0, y1: at.height, x2: at.width, y2: 0, class: "cross" }));
    const count = box.count === undefined ? "∞" : String(box.count), width = Math.max(22, 12 + CHAR * count.length), x = at.width - width - 6;
    group.append(draw("text", { x: PAD, y: 17.5, class: "kind" }, cut(box.label, at.width - PAD - width - 10, CHAR * 1.02)),
      draw("rect", { x, y: 4.5, width, height: 17, rx: 8.5, class: "count" }), draw("text", { x: x + width / 2, y: 17.5, class: "kind", "text-anchor": "middle" }, count));
    let bottom = this.eachRow(box, (slot, y) => {
      if (slot) this.row(group, slot, at, this.rects.get(box.number), y, false, true);
      else group.append(draw("text", { x: PAD, y: y + 15, class: "small" }, `… ${box.left_out} more`));
    });
    for (const state of states) group.append(draw("text", { x: PAD, y: bottom + 12.5, class: "tag" }, TAGS[state])), bottom += TAG;
  }

  /* A label, and a value in place or the dot that an arrow starts from. */
  row(group, slot, at, owner, y, small, listed = false) {
    group.append(draw("line", { x1: at.x + 1, y1: y, x2: at.right - 1, y2: y, class: "rule" }));
    const label = slot.label ?? "", value = slot.value ?? "", room = at.width - 2 * PAD;
    if (label) group.append(draw("text", { x: at.x + PAD, y: y + 15.5, class: small ? "small" : "label" }, cut(label, room - Math.min(value ? CHAR * value.length + 12 : 14, room * 0.6), CHAR * (small ? 0.92 : 1))));
    if (slot.target !== undefined) {
      const leftwards = this.rects.get(slot.target)?.column < owner.column;
      group.append(draw("circle", { cx: leftwards ? at.x : at.right - 9, cy: y + ROW / 2, r: 3.2, class: slot.weak ? "dot weak" : "dot" }));
      if (!listed) this.rows.push({ owner, y: y + ROW / 2, slot, from: 0, lost: false });
    } else if (value) {
      const forever = slot.state === "immortal", shown = cut(forever ? `${value} ∞` : value, room - (label ? CHAR * label.length + 8 : 0)), width = CHAR * shown.length + 10;
      const x = label ? at.right - width - 6 : at.x + (at.width - width) / 2;
      group.append(draw("rect", { x, y: y + 3, width, height: ROW - 6, rx: forever ? 8 : 3, class: forever ? "chip forever" : "chip" }), draw("text", { x: x + 5, y: y + 15.5 }, shown));
    }
  }

  arrows(picked) {
    const boxes = [...this.rects.values()], lanes = new Map(), entries = new Map();
    const before = new Set([...this.layers[2].children].map((one) => one.dataset.key));
    const next = (map, key) => map.set(key, (map.get(key) ?? -1) + 1).get(key);
    const paths = this.rows.filter(({ slot }) => this.rects.has(slot.target)).map(({ owner, y, slot, from, lost }) => {
      const target = this.rects.get(slot.target), leftwards = target.column < owner.column;
      const lane = next(lanes, owner.column), entryY = target.y + 7 + 5 * (next(entries, slot.target) % 4);
      const start = { ...owner, right: leftwards ? owner.right : owner.right - 9 };
      const key = `${from}/${slot.label}/${slot.target}`, touched = picked !== null && (picked === from || picked === slot.target);
      const kind = ["reference", slot.weak ? "weak" : lost ? "lost" : "", touched ? "of-picked" : "", before.size && !before.has(key) ? "new" : ""];
      return draw("path", { d: route(start, y, target, entryY, boxes, lane), class: kind.filter(Boolean).join(" "), "data-key": key });
    });
    this.layers[2].replaceChildren(...paths);
  }

  /* Scrolls the picture inside its frame, never the page. */
  reveal(number) {
    const box = this.drawn.get(number)?.group.getBoundingClientRect(), frame = this.place.getBoundingClientRect();
    if (!box) return;
    const foot = this.legend.offsetHeight + 12;
    if (box.top < frame.top) this.place.scrollTop -= frame.top - box.top + 12;
    else if (box.bottom > frame.bottom - foot) this.place.scrollTop += box.bottom - frame.bottom + foot;
    if (box.left < frame.left) this.place.scrollLeft -= frame.left - box.left + 12;
    else if (box.right > frame.right) this.place.scrollLeft += box.right - frame.right + 12;
  }
}

function sumWords({ count, inner }, what) {
  return what === "copied" ? `copy: ${count}` : `${count} − ${inner} = ${count - inner}`;
}

function sumPill(text, width) {
  const long = CHAR * text.length + 12;
  return draw("g", { class: "sum" }, draw("rect", { x: width - long, y: -15, width: long, height: 17, rx: 4 }), draw("text", { x: width - long + 6, y: -2.5 }, text));
}

function definitions() {
  const tip = (id, shape, kind) => draw("marker", { id, viewBox: "0 0 9 9", refX: 8.5, refY: 4.5, markerWidth: 6, markerHeight: 6, orient: "auto" }, draw("path", { d: shape, class: kind }));
  const pattern = (id, ...inside) => draw("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, ...inside);
  const lines = () => [draw("rect", { width: 8, height: 8, class: "replay-hatch-paper" }), draw("path", { d: "M0,8 L8,0", class: "replay-hatch-line" })];
  return draw("defs", {}, tip("replay-tip", "M0,0 L9,4.5 L0,9 z", "tip-fill"), tip("replay-lost", "M0,0 L9,4.5 L0,9 z", "lost-fill"), tip("replay-weak", "M1,1 L8,4.5 L1,8", "weak-line"),
    pattern("replay-hatch", ...lines()), pattern("replay-freed", ...lines()), pattern("replay-kept", draw("rect", { width: 8, height: 8, class: "replay-kept-paper" }), draw("circle", { cx: 4, cy: 4, r: 1.6, class: "replay-kept-dot" })));
}

/* What occurs anywhere in this run, each with its shape. */
function legendOf(data) {
  const states = new Set(data.boxes.flatMap((box) => box.states ?? []));
  const weak = data.boxes.some((box) => box.slots?.some((slot) => slot.weak));
  const sample = (...inside) => draw("svg", { viewBox: "0 0 26 18", "aria-hidden": "true" }, ...inside);
  const items = [[sample(draw("rect", { x: 3, y: 2, width: 20, height: 14, rx: 5, class: "box" })), "object, its count on the right"]];
  for (const state of Object.keys(STATES).filter((one) => states.has(one) && one !== "resurrected")) {
    const inside = [draw("rect", { x: 3, y: 2, width: 20, height: 14, rx: state === "untracked" ? 0 : 5, class: "box" })];
    if (state === "dead") inside.push(draw("path", { d: "M3 2L23 16M23 2L3 16", class: "cross" }));
    if (state === "immortal") inside.push(draw("rect", { x: 0.8, y: 0.8, width: 24.4, height: 16.4, rx: 7, class: "outer" }));
    items.push([sample(draw("g", { class: state }, ...inside)), STATES[state]]);
  }
  const arrow = (kind) => sample(draw("path", { d: "M1 9H23", class: `reference ${kind}` }));
  items.push([arrow(""), "reference: counts"]);
  if (weak) items.push([arrow("weak"), "weak reference: does not count"]);
  return html("div", { class: "replay-legend", "aria-hidden": "true" }, ...items.map(([shape, words]) => html("span", {}, shape, words)));
}

/* ---------------------------------------------------------------- pools and free lists */

function memoryPicture(data, memory) {
  if (!memory) return [html("p", { class: "soft replay-legend" }, "Memory is shown from the end of the first line on.")];
  const width = 620, label = 130, room = width - label - 24;
  let y = 22;
  const parts = [draw("text", { x: LEFT, y, class: "kind" }, "Free lists: blocks of the dead, kept by their type")];
  for (const place of memory.free_lists) {
    const one = data.free_lists[place], length = one.length ?? 0;
    y += 24;
    parts.push(draw("text", { x: LEFT, y: y + 2, class: "small" }, one.name), draw("rect", { x: label, y: y - 11, width: room - 80, height: 16, class: "outline" }));
    if (length) parts.push(draw("rect", { x: label + 1, y: y - 10, width: Math.max(3, ((room - 80) * length) / one.capacity - 2), height: 14, class: "kept" }));
    parts.push(draw("text", { x: width - 14, y: y + 2, class: "small", "text-anchor": "end" }, `${length} of ${one.capacity}`));
  }
  y += 40;
  parts.push(draw("text", { x: LEFT, y, class: "kind" }, "Pools of 16 KiB, each of blocks of one size"));
  for (const place of memory.pools) {
    const pool = data.pools[place], scale = room / pool.capacity, names = [];
    y += 30;
    parts.push(draw("text", { x: LEFT, y: y + 2, class: "small" }, `${pool.block} B: ${pool.used} of ${pool.capacity}`));
    for (const run of pool.runs ?? []) {
      const wide = Math.max(run.blocks * scale, run.state === "ours" ? 3 : 0);
      parts.push(draw("rect", { x: label + run.start * scale, y: y - 12, width: wide, height: 18, class: run.state }, draw("title", {}, `${run.blocks} × ${pool.block} bytes: ${BLOCKS[run.state]}`)));
      names.push(...(run.names ?? []));
    }
    parts.push(draw("rect", { x: label, y: y - 12, width: room, height: 18, class: "outline" }));
    if (names.length) y += 18, parts.push(draw("text", { x: label, y: y + 4, class: "small" }, cut(names.join(", "), room, 6.6)));
  }
  y += 26;
  parts.push(draw("text", { x: LEFT, y, class: "small" }, `${times(memory.resting, "more size")} with one block each from the start; ${times(memory.arenas, "arena")}; ${times(memory.large, "large block")} outside (${memory.large_bytes} bytes)`));
  const svg = draw("svg", { viewBox: `0 0 ${width} ${y + 12}`, width: "100%", role: "img", "aria-label": "Pools and free lists. The same stands in words below." }, definitions(), ...parts);
  const sample = (state) => draw("svg", { viewBox: "0 0 26 18", "aria-hidden": "true" }, draw("rect", { x: 1, y: 2, width: 24, height: 14, class: state }), draw("rect", { x: 1, y: 2, width: 24, height: 14, class: "outline" }));
  const when = html("p", { class: "replay-legend" }, "As it was when execution last left a line.");
  return [when, svg, html("div", { class: "replay-legend", "aria-hidden": "true" }, ...Object.entries(BLOCKS).map(([state, words]) => html("span", {}, sample(state), words)))];
}

function memoryWords(data, memory) {
  if (!memory) return [];
  const lists = memory.free_lists.map((place) => data.free_lists[place]).map((one) => html("li", {}, `${one.name}: ${one.length ?? 0} of ${one.capacity}`));
  const pools = memory.pools.map((place) => data.pools[place]).map((pool) => {
    const names = (pool.runs ?? []).flatMap((run) => run.names ?? []), freed = (pool.runs ?? []).filter((run) => run.state === "free").reduce((sum, run) => sum + run.blocks, 0);
    return html("li", {}, `${pool.block} bytes: ${pool.used} of ${pool.capacity} blocks used, ${freed} freed${names.length ? `; holds ${names.join(", ")}` : ""}`);
  });
  return [html("h3", {}, "Free lists"), html("ul", {}, ...lists), html("h3", {}, "Pools, by the size of their blocks"), html("ul", {}, ...pools)];
}

/* ---------------------------------------------------------------- the whole */

class Player {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.states = expand(data);
    this.last = this.states.length - 1;
    this.at = Math.min(Number(root.dataset.at), this.last);
    this.tab = "heap";
    this.picked = null;
    // Where "line on" and "line back" stop: with what a line did, when execution leaves it.
    this.stops = this.states.map((_, n) => n).filter((n) => n === 0 || n === this.last || data.steps[n].leaves);
    this.deaths = this.states.map((_, n) => n).filter((n) => data.steps[n].what === "died");
    this.questions = [...new Set(this.all("[data-question]").map((card) => Number(card.dataset.question)))].sort((a, b) => a - b);
    for (const place of this.all("[data-scripted], [data-go]")) place.hidden = false;
    this.picture = new HeapPicture(this.one("[data-picture]"), data, (number) => this.pick(number));
    this.listen();
    this.marks();
    this.show();
  }

  one(selector) { return this.root.querySelector(selector); }
  all(selector) { return [...this.root.querySelectorAll(selector)]; }

  /* --- moving ------------------------------------------------------------------------------------------------------------------- */

  moves() {
    const after = (list) => list.find((n) => n > this.at) ?? null, before = (list) => list.findLast((n) => n < this.at) ?? null;
    return {
      first: 0, last: this.last, on: this.at < this.last ? this.at + 1 : null, back: this.at > 0 ? this.at - 1 : null, "line-on": after(this.stops), "line-back": before(this.stops),
      "death-on": after(this.deaths), "death-back": before(this.deaths), "question-on": after(this.questions), "question-back": before(this.questions),
    };
  }

  move(name) {
    const to = this.moves()[name];
    if (to !== null && to !== this.at) this.go(to);
    else this.say(`Nothing further ${name.endsWith("back") || name === "first" ? "back" : "on"}.`);
  }

  go(to) {
    const from = this.at;
    this.at = Math.max(0, Math.min(to, this.last));
    this.show(from);
    clearTimeout(this.later);
    this.later = setTimeout(() => history.replaceState(history.state, "", `?step=${this.at}`), 400);
  }

  /* The line shown comes by next, or else from the start. */
  goToLine(line) {
    const here = this.stops.filter((n) => this.data.steps[n].line === line);
    const any = here.length ? here : this.states.map((_, n) => n).filter((n) => this.data.steps[n].line === line);
    if (any.length) this.go(any.find((n) => n > this.at) ?? any[0]);
  }

  listen() {
    const keys = { ArrowRight: "on", ArrowLeft: "back", ArrowDown: "line-on", ArrowUp: "line-back", j: "line-on", k: "line-back", Home: "first", End: "last", d: "death-on", D: "death-back", q: "question-on", Q: "question-back" };
    document.addEventListener("keydown", (event) => {
      if (!this.root.isConnected || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const inside = this.root.contains(event.target), nowhere = event.target === document.body || event.target.id === "main";
      if (!inside && !(nowhere && ["ArrowLeft", "ArrowRight"].includes(event.key))) return;
      // What scrolls keeps the keys that scroll it.
      if (["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key) && event.target.matches("[tabindex='0']")) return;
      const act = event.key in keys ? () => this.move(keys[event.key])
        : event.key === " " && event.target.matches("a[data-go]") ? () => event.target.click()
        : { "?": () => this.toggleKeys(), m: () => this.show(null, this.tab === "heap" ? "memory" : "heap"), Escape: () => this.pick(null) }[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go], [data-step], [data-tab], [data-keys], [data-pick], li[data-line], [data-let-go]");
      if (!button || event.ctrlKey || event.metaKey || String(getSelection())) return;
      const { go, step, tab, pick, line, keys: help, letGo } = button.dataset;
      if (go) this.move(go);
      else if (step) this.go(Number(step));
      else if (tab) this.show(null, tab);
      else if (help !== undefined) this.toggleKeys();
      else if (letGo !== undefined) this.pick(null);
      else if (pick) this.pick(this.picked === Number(pick) ? null : Number(pick));
      else if (line) this.goToLine(Number(line));
      event.preventDefault();
    });
    for (const link of this.all("a[data-go]")) link.setAttribute("role", "button");
    this.one("[data-slider]").addEventListener("input", (event) => this.go(Number(event.target.value)));
    new ResizeObserver(() => this.drawPicture()).observe(this.one("[data-picture]"));
  }

  toggleKeys() {
    const table = this.one("[data-keys-table]");
    table.hidden = !table.hidden;
    this.one("[data-keys]").setAttribute("aria-expanded", String(!table.hidden));
  }

  pick(number) {
    this.picked = number;
    this.drawPicture();
    this.words();
    this.detail();
    if (number !== null) this.picture.reveal(number);
  }

  /* --- showing ------------------------------------------------------------------------------------------------------------------ */

  show(from = null, tab = this.tab) {
    this.tab = tab;
    const state = this.states[this.at], step = state.step;
    for (const item of this.all(".replay-program li")) {
      const current = Number(item.dataset.line) === step.line;
      item.classList.toggle("current", current);
      if (current) item.setAttribute("aria-current", "step"), keepInView(item, this.one("[data-program]"));
      else item.removeAttribute("aria-current");
    }
    for (const button of this.all("[data-tab]")) button.setAttribute("aria-pressed", String(button.dataset.tab === tab));
    const moves = this.moves();
    for (const button of this.all("[data-go]")) {
      if (moves[button.dataset.go] === null || moves[button.dataset.go] === this.at) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    for (const card of this.all(".replay-question")) card.hidden = !(card.dataset.line && Number(card.dataset.line) === step.line);
    const slider = this.one("[data-slider]");
    slider.value = this.at;
    slider.setAttribute("aria-valuetext", `Step ${this.at + 1} of ${this.last + 1}, ${this.where(step)}`);
    this.one("[data-place]").textContent = `Step ${this.at + 1} of ${this.last + 1}`;
    this.one("[data-output]").textContent = state.output;
    if (from !== null) this.say(this.told(from), this.where(step));
    this.drawPicture();
    this.words();
    this.detail();
    if (step.about && tab === "heap") this.picture.reveal(step.about);
  }

  where(step) {
    return step.line ? `Line ${step.line}${step.visit ? `, the ${ordinal(step.visit)} time` : ""}` : "The end";
  }

  say(words, where = "") {
    this.one("[data-happened]").replaceChildren(...(where ? [html("strong", {}, `${where}.`), " "] : []), ...ticked(words));
  }

  /* What happened on the way here: one sentence for one event, and for more of them what matters and what counts changed. */
  told(from) {
    const steps = this.data.steps;
    if (Math.abs(this.at - from) <= 1) return steps[this.at].words ?? "";
    const here = steps[this.at], way = steps.slice(from + 1, this.at).filter((one) => TELLING.has(one.what)).map((one) => one.words);
    const told = this.at < from ? ["Back."] : way.length >= MOST_TOLD ? [`… ${times(way.length - MOST_TOLD + 1, "event")} before.`, ...way.slice(1 - MOST_TOLD)] : way;
    const before = this.states[from].boxes, after = this.states[this.at].boxes;
    const fresh = [...after.values()].filter((box) => !before.has(box.number) && !isDead(box)).map((box) => box.label);
    const counts = [...after.values()].filter((box) => before.has(box.number) && !isDead(box) && before.get(box.number).count !== box.count).map((box) => `${box.label} ${before.get(box.number).count} → ${box.count}`);
    const sentences = [...told, TELLING.has(here.what) || !told.length || here.what === "end" ? here.words ?? "" : ""].filter(Boolean);
    if (fresh.length && this.at > from) sentences.push(`New: ${fresh.slice(0, 6).join(", ")}${fresh.length > 6 ? " …" : ""}.`);
    if (counts.length) sentences.push(`Counts: ${counts.slice(0, 6).join(", ")}${counts.length > 6 ? " …" : ""}.`);
    return sentences.join(" ");
  }

  drawPicture() {
    const place = this.one("[data-picture]"), state = this.states[this.at];
    if (this.tab === "memory") {
      place.replaceChildren(...memoryPicture(this.data, state.memory));
      return;
    }
    this.picture.fit();
    this.picture.show(state, this.picked);
    if (this.picture.svg.parentNode !== place) place.replaceChildren(this.picture.svg, this.picture.legend);
  }

  words() {
    const place = this.one("[data-text]"), state = this.states[this.at], focused = place.contains(document.activeElement) ? document.activeElement.dataset.pick : null;
    const parts = this.tab === "memory" ? memoryWords(this.data, state.memory) : this.heapWords(state);
    place.replaceChildren(html("h2", { class: "replay-title" }, "The same in words"), ...parts);
    if (focused) place.querySelector(`[data-pick="${focused}"]`)?.focus({ preventScroll: true });
  }

  heapWords(state) {
    const named = (number) => state.boxes.get(number)?.label ?? "something";
    const slotWords = (slot) => slot.weak && slot.target === undefined ? "its object is dead" : `${slot.label || "an element"} ${slot.target !== undefined ? `${slot.weak ? "weakly refers" : "refers"} to ${named(slot.target)}` : `is ${slot.value ?? ""}${slot.state ? " (immortal)" : ""}`}`;
    const parts = state.frames.flatMap((frame) => {
      const rows = [...(frame.slots ?? []).map(slotWords), ...(frame.temporaries ?? []).map((slot) => `in use, ${slot.label}: ${named(slot.target)}`)];
      return [html("h3", {}, `Variables of ${frame.name === "module" ? "the module" : frame.name}`), html("ul", {}, ...(rows.length ? rows : ["none yet"]).map((row) => html("li", {}, row)))];
    });
    const boxes = [...state.boxes.values()].sort((a, b) => a.number - b.number);
    const item = (box) => {
      const sum = state.sums.get(box.number), states = (box.states ?? []).filter((one) => one !== "dead" && one !== "immortal").map((one) => STATES[one]);
      const facts = isDead(box) ? [box.verdict ?? "dead"] : [box.count === undefined ? "immortal" : `count ${box.count}`, ...states, ...(sum ? [sumWords(sum, state.step.what)] : [])];
      const rows = isDead(box) ? [] : (box.slots ?? []).map((slot) => (slot.label || slot.target !== undefined ? slotWords(slot) : `value ${slot.value}`));
      if (box.left_out && rows.length) rows.push(`${box.left_out} more between`);
      const button = html("button", { type: "button", class: "pick-object", "data-pick": box.number, "aria-pressed": String(this.picked === box.number) }, box.label);
      return html("li", { class: "object-row" }, button, html("span", {}, ...ticked([facts.join(", "), ...rows].join("; "))));
    };
    const alive = boxes.filter((box) => !isDead(box)), dead = boxes.filter(isDead);
    parts.push(html("h3", {}, alive.length ? times(alive.length, "object") : "No objects are alive"), html("ul", {}, ...alive.map(item)));
    if (dead.length) parts.push(html("h3", {}, "Dead"), html("ul", {}, ...dead.map(item)));
    if (state.step.omitted) parts.push(html("p", { class: "soft" }, `${state.step.omitted} more objects are not shown.`));
    return parts;
  }

  /* --- one object: who holds it, since when, what became of its memory --------------------------------------------------------------- */

  detail() {
    const place = this.one("[data-detail]"), state = this.states[this.at], number = this.picked, box = state.boxes.get(number);
    place.hidden = number === null;
    if (number === null) return;
    const first = this.states.findIndex((one) => one.boxes.has(number)), dies = this.states.findIndex((one) => isDead(one.boxes.get(number)));
    const latest = box ?? this.states[first].boxes.get(number);
    const parts = [html("h2", {}, latest.label), html("p", {}, this.lifeWords(first, dies))];
    if (box && !isDead(box)) {
      const holders = this.holders(state, box);
      parts.push(html("p", {}, box.count === undefined ? "Immortal: it is never counted and never freed." : `Count ${box.count}. Held by:`));
      if (box.count !== undefined) parts.push(html("ul", {}, ...holders.slice(0, MOST_HOLDERS).map((holder) => html("li", {}, `${holder}${this.since(number, holder)}`)), ...(holders.length > MOST_HOLDERS ? [html("li", {}, `${holders.length - MOST_HOLDERS} more like these`)] : []), ...(box.count > holders.length ? [html("li", {}, `${box.count - holders.length} more, of the interpreter's own`)] : [])));
      for (const one of box.states ?? []) parts.push(html("p", {}, `It is ${STATES[one]}.`));
    }
    const memory = latest.block ? [`Its id is 0x${latest.address.toString(16)}, its block has ${latest.block} bytes.`] : [];
    parts.push(html("p", {}, [...memory, ...(this.data.stories[number] ?? [])].join(" ")));
    const changes = this.states.map((_, n) => n).filter((n) => n > 0 && this.states[n].boxes.get(number) !== this.states[n - 1].boxes.get(number));
    const button = (words, to, extra) => html("button", { type: "button", class: "button quiet slight", ...(to === undefined ? { disabled: "" } : { "data-step": to }), ...extra }, words);
    const go = html("button", { type: "button", class: "button quiet slight", "data-let-go": "" }, "Close");
    parts.push(html("p", { class: "button-row" }, button("‹ Its change before", changes.findLast((n) => n < this.at)), button("Its next change ›", changes.find((n) => n > this.at)), go));
    const focused = place.contains(document.activeElement) ? [...place.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    place.replaceChildren(...parts);
    if (focused >= 0) [place.querySelectorAll("button")[focused], go].find((one) => one && !one.disabled)?.focus({ preventScroll: true });
  }

  lifeWords(first, dies) {
    const steps = this.data.steps, line = (n) => (steps[n].line ? `on line ${steps[n].line}` : "at the end");
    const born = steps[first].what === "born" ? `Made ${line(first)}.` : `First seen ${line(first)}.`;
    return dies < 0 ? `${born} It is there to the end of what is shown.` : `${born} It ${dies <= this.at ? "died" : "dies"} ${line(dies)}.`;
  }

  /* Of what nothing reaches, the others that hold it are read off the picture. */
  holders(state, box) {
    if (box.holders) return box.holders;
    return [...state.boxes.values()].flatMap((other) => (other.slots ?? []).filter((slot) => slot.target === box.number && !slot.weak).map((slot) => `${partOf(slot.label ?? "")} of the ${other.label}`));
  }

  /* A slot is followed by its owner, whose name may have changed meanwhile; what no slot shows, by its words. */
  since(number, holder) {
    const owners = [...this.states[this.at].boxes.values()].flatMap((other) => (other.slots ?? []).filter((slot) => slot.target === number && !slot.weak && partOf(slot.label ?? "") === holder.split(" of ")[0]).map((slot) => ({ other, slot })));
    const owner = owners.find(({ other }) => holder.endsWith(other.label)) ?? (owners.length === 1 ? owners[0] : null);
    const held = (state) => owner
      ? state.boxes.get(owner.other.number)?.slots?.some((slot) => slot.target === number && slot.label === owner.slot.label)
      : state.boxes.has(number) && !isDead(state.boxes.get(number)) && this.holders(state, state.boxes.get(number)).includes(holder);
    let first = this.at;
    while (first > 0 && held(this.states[first - 1])) first -= 1;
    const line = this.data.steps[first].line;
    return line ? `, since line ${line}` : "";
  }

  marks() {
    const svg = this.one("[data-marks]"), x = (n) => (this.last ? (1000 * n) / this.last : 0);
    // Drawn as small pictures of their own, so that stretching the row does not stretch them.
    const mark = (n, shape, kind, y) => draw("svg", { x: `${x(n) / 10}%`, y, width: 1, height: 1, overflow: "visible" }, draw("path", { d: shape, class: kind }));
    svg.append(...this.deaths.map((n) => mark(n, "M-3 -3L3 3M3 -3L-3 3", "mark-death", 6)), ...this.questions.map((n) => mark(n, "M0 -4.5L4.5 0L0 4.5L-4.5 0z", "mark-question", 14)));
  }
}

function keepInView(item, frame) {
  const top = item.offsetTop - frame.offsetTop;
  if (top < frame.scrollTop + 24) frame.scrollTop = Math.max(0, top - 48);
  else if (top + item.offsetHeight > frame.scrollTop + frame.clientHeight - 24) frame.scrollTop = top + item.offsetHeight - frame.clientHeight + 48;
}

async function start() {
  const root = document.querySelector("[data-replay]");
  if (!root || root.dataset.started) return;
  root.dataset.started = "yes";
  const answer = await fetch(root.dataset.replay).catch(() => null);
  // Where it does not come, the page stays as it was: text and links.
  if (answer?.status === 200) root.player = new Player(root, await answer.json());
}

start();
document.body.addEventListener("htmx:afterSwap", start);
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(name, (event) => {
    if (event.target?.id === "replay") setTimeout(() => event.target.dispatchEvent(new Event("again")), 4000);
  });
}
