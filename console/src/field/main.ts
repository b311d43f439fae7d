import { createApp } from "vue"
import { createRouter, createWebHashHistory } from "vue-router"
import { i18n } from "@/i18n"
import Field from "@/pages/Field.vue"
import FieldQueue from "@/parts/field/FieldQueue.vue"
import FieldReport from "@/parts/field/FieldReport.vue"
import FieldTask from "@/parts/field/FieldTask.vue"
import FieldTasks from "@/parts/field/FieldTasks.vue"
import { followPreferences } from "@/preferences"
import { install } from "./install"
import "@/styles/tokens.css"
import "@/styles/base.css"
import "@/styles/shell.css"
import "@/styles/field.css"

const entered = /^#enter=/.test(location.hash) ? location.hash : ""
const router = createRouter({
  history: createWebHashHistory("/console/field"),
  routes: [
    { path: "/", name: "tasks", component: FieldTasks },
    { path: "/tasks/:number", name: "task", component: FieldTask, props: true },
    { path: "/report", name: "report", component: FieldReport },
    { path: "/queue", name: "queue", component: FieldQueue },
    { path: "/:rest(.*)*", redirect: "/" },
  ],
})

followPreferences("field.title")
createApp(Field, { entered }).use(i18n).use(router).mount("#app")
void install()
