// One tick for all rows of the page. Without this script each row has its own, and all else works the same.
const form = document.querySelector(".queue-form")
const ticks = [...(form?.querySelectorAll("[name=chosen]") ?? [])]
const legend = form?.querySelector(".press legend")

if (legend && ticks.length > 1) {
  const all = document.createElement("input")
  all.type = "checkbox"
  const label = document.createElement("label")
  label.append(all, document.createElement("span"))
  label.lastChild.className = "rows__all"
  label.lastChild.textContent = "Choose every request on this page"
  form.querySelector("thead .rows__tick").replaceChildren(label)
  const words = legend.textContent

  const count = () => {
    const ticked = ticks.filter(tick => tick.checked).length
    all.checked = ticked === ticks.length
    all.indeterminate = ticked > 0 && !all.checked
    legend.textContent = ticked ? `${words} (${ticked})` : words
  }
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked
    count()
  })
  form.addEventListener("change", count)
  count()
}
