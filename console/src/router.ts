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
    { path: "/:rest(.*)*", name: "nowhere", component: () => import("./pages/Nowhere.vue") },
  ],
})
