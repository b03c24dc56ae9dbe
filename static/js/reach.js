// Asks this site for something small. Null says that it cannot be reached: nobody is there, a proxy answered for it, or
// the signal is slow. Then the next try waits longer.
const PATIENCE_MS = 6000, MORE_PATIENCE_MS = 30_000
const SAID_BY_A_PROXY = [502, 503, 504]
let patience = PATIENCE_MS

async function reach(address, options) {
  const signal = AbortSignal.timeout?.(patience)
  const answer = await fetch(address, { cache: "no-store", signal, ...options }).catch(() => null)
  const isReached = answer !== null && !SAID_BY_A_PROXY.includes(answer.status)
  patience = isReached ? PATIENCE_MS : MORE_PATIENCE_MS
  return isReached ? answer : null
}

function buttonOf(form, submitter) {
  return submitter ?? form.querySelector("[type=submit]")
}

// Above the button that was pressed. It is hidden and shown again, so that a second try is read out, too.
function sayNotReached(note, form, submitter) {
  buttonOf(form, submitter).parentElement.before(note)
  note.hidden = false
  note.focus({ preventScroll: true })
  note.scrollIntoView({ block: "center" }) // with the button under it
}
