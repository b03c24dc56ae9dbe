// Words that were typed and not sent are not left behind without a question. Without script the page is left at once.
// On a page that comes back with a problem they stand in the fields as if they had always been there.
const isShownAgain = document.querySelector("#content :is(.errornote, [role=alert])") !== null
let sent = null

function isUnsent(field) {
  return field.form !== sent && (isShownAgain ? field.value.trim() !== "" : field.value !== field.defaultValue)
}

addEventListener("submit", event => { sent = event.defaultPrevented ? null : event.target })
addEventListener("pageshow", () => { sent = null })
addEventListener("beforeunload", event => {
  const fields = document.querySelectorAll("#content textarea:not([readonly]), #content [id$=_form] input[type=text]")
  if ([...fields].some(isUnsent)) event.preventDefault()
})
