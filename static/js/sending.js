// Before words are sent, the site is asked whether it can be reached: the browser's own error page would take the form's
// place, and Back would skip it. If it cannot, the form stays as it is and says so. One press sends once.
// page is that of leave.js: it is hidden from the moment somebody leaves.
const note = document.querySelector(".not-reached")
const TYPED = "textarea, input:not([type=hidden], [type=radio], [type=checkbox])"
let isAsking = false, isReached = false

async function sendOnceReached(form, submitter) {
  const button = buttonOf(form, submitter)
  isAsking = true
  note.hidden = true
  button.setAttribute("aria-busy", "true")
  const answer = await reach(note.dataset.url, { method: "HEAD" })
  button.removeAttribute("aria-busy")
  isAsking = false
  if (page.hidden) return
  if (!answer) return sayNotReached(note, form, submitter)
  isReached = true
  form.requestSubmit(submitter)
  isReached = false
}

if (note && HTMLFormElement.prototype.requestSubmit) {
  addEventListener("submit", event => {
    const { target: form, submitter } = event
    if (isReached || ![...form.querySelectorAll(TYPED)].some(field => field.value)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!isAsking) sendOnceReached(form, submitter)
  }, true)
}
