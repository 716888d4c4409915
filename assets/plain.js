// The plain pages: the reader's size of text; a demonstration account by one click; the eye led to what is wrong.
if (document.cookie.split("; ").includes("jr_text=large")) document.documentElement.dataset.text = "large";
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-login]");
  if (!button) return;
  const form = document.getElementById("signin");
  form.elements.login.value = button.dataset.login;
  form.elements.password.value = button.dataset.password;
  form.querySelector("button[type=submit]").focus();
});
document.querySelector(".problems")?.focus();
