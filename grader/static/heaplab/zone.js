// Offers the browser's time zone; the person decides.
const offer = document.querySelector("[data-browser-zone]");
const field = document.querySelector("#id_time_zone");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (offer && field && zone && zone !== field.value) {
  offer.querySelector("strong").textContent = zone;
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", () => {
    field.value = zone;
    offer.hidden = true;
    field.focus();
  });
}
