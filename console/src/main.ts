import { createApp } from "vue"
import App from "./App.vue"
import { i18n } from "./i18n"
import { followPreferences } from "./preferences"
import { router } from "./router"
import "./styles/tokens.css"
import "./styles/base.css"
import "./styles/shell.css"
import "./styles/phone.css"
import "./styles/cases.css"
import "./styles/case.css"
import "./styles/seat.css"
import "./styles/supervisor.css"
import "./styles/numbers.css"

followPreferences()
createApp(App).use(i18n).use(router).mount("#app")
