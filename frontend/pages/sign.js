/**
 * The signing pages: they work without this; with it a link opens by itself, the typed name is shown as a
 * signature, and one can draw. What is drawn leaves as numbers, never as a picture.
 */
document.documentElement.classList.add("js");

/** The token stands behind #, which no browser sends. It goes on by POST, and out of the address. */
function exchange() {
  const form = document.querySelector("[data-exchange]");
  const token = location.hash.slice(1);
  if (!form || !/^[\w-]{43}$/.test(token)) return;
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.hidden = true;
  document.querySelector("[data-opening]").hidden = false;
  form.submit();
}

function typed() {
  const shown = document.querySelector("[data-typed]");
  const name = document.getElementById("id_name");
  if (!shown || !name) return;
  const show = () => { shown.textContent = name.value; };
  name.addEventListener("input", show);
  show();
}

function drawing() {
  const canvas = document.querySelector("[data-canvas]");
  if (!canvas) return;
  const field = document.getElementById(canvas.dataset.canvas);
  const pen = canvas.getContext("2d");
  let strokes = [];
  try { strokes = JSON.parse(field.value || "[]"); } catch { strokes = []; }
  let current = null;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * canvas.width);
    const y = Math.round(((event.clientY - box.top) / box.height) * canvas.height);
    return [x, y];
  };
  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#191d2b" });
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      if (stroke.length === 1) pen.lineTo(stroke[0][0] + 1, stroke[0][1]);
      pen.stroke();
    }
  };
  const end = () => {
    current = null;
    field.value = strokes.length ? JSON.stringify(strokes) : "";
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    current = [at(event)];
    strokes.push(current);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    current.push(at(event));
    draw();
  });
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  document.querySelector("[data-clear]").addEventListener("click", () => { strokes = []; end(); draw(); });
  if (strokes.length) canvas.closest("details").open = true;
  draw();
}

/** A second press while the PDF is being sealed would only be told that it is signed. */
function once() {
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      if (event.submitter?.name === "switch") return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));
}

exchange();
typed();
drawing();
once();
document.querySelector("#errors, .error-summary")?.focus();
