import { createRouter, createWebHistory } from "vue-router"

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/", redirect: "/cases" },
    { path: "/cases", name: "cases", component: () => import("./pages/Cases.vue") },
    {
      path: "/cases/:number",
      name: "case",
      component: () => import("./pages/Case.vue"),
      props: true,
    },
    { path: "/seat", name: "seat", component: () => import("./pages/Seat.vue") },
    { path: "/supervisor", name: "supervisor", component: () => import("./pages/Supervisor.vue") },
    { path: "/supervisor/numbers", name: "numbers", component: () => import("./pages/Numbers.vue") },
    {
      path: "/supervisor/calls/:call",
      name: "record",
      component: () => import("./pages/CallRecord.vue"),
      props: true,
    },
    { path: "/:rest(.*)*", name: "nowhere", component: () => import("./pages/Nowhere.vue") },
  ],
})
