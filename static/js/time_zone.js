// A caller in another time zone sees that zone chosen already, and can change it. Without script the
// question is the same, and the times of the clinic hold until somebody answers it.
const zones = document.querySelector("select[name=time_zone]")
const here = Intl.DateTimeFormat().resolvedOptions().timeZone

if (zones && !zones.value && [...zones.options].some(option => option.value === here)) {
  zones.value = here
}
