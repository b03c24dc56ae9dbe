// Asks this site for something small. Null says that it cannot be reached: nobody is there, or a proxy answered for it.
// A slow signal may still carry what is sent.
const PATIENCE_MS = 6000
const SLOW = { ok: false }
const SAID_BY_A_PROXY = [502, 503, 504]

async function reach(address, options) {
  try {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE_MS), ...options })
    return SAID_BY_A_PROXY.includes(answer.status) ? null : answer
  } catch (problem) {
    return problem.name === "TimeoutError" ? SLOW : null
  }
}

// Above the button that was pressed. It is hidden and shown again, so that a second try is read out, too.
function sayNotReached(note, form, submitter) {
  const button = submitter ?? form.querySelector("[type=submit]")
  button.parentElement.before(note)
  note.hidden = false
  note.focus({ preventScroll: true })
  note.scrollIntoView({ block: "center" }) // with the button under it
}
