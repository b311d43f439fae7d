import { createRouter, createWebHistory } from "vue-router"

export const router = createRouter({
  history: createWebHistory("/console/"),
  routes: [
    { path: "/", redirect: "/cases" },
    { path: "/cases", name: "cases", component: () => import("./pages/Cases.vue") },
    { path: "/cases/board", name: "board", component: () => import("./pages/CaseBoard.vue") },
    {
      path: "/cases/:number",
      name: "case",
      component: () => import("./pages/Case.vue"),
      props: true,
    },
    { path: "/map", name: "map", component: () => import("./pages/MapPage.vue") },
    { path: "/seat", name: "seat", component: () => import("./pages/Seat.vue") },
    { path: "/wall", name: "wall", component: () => import("./pages/ScreenWall.vue"), meta: { isBare: true } },
    { path: "/supervisor", name: "supervisor", component: () => import("./pages/Supervisor.vue") },
    { path: "/supervisor/quality", name: "judged", component: () => import("./pages/Quality.vue") },
    { path: "/supervisor/numbers", name: "numbers", component: () => import("./pages/Numbers.vue") },
    {
      path: "/supervisor/calls/:call",
      name: "record",
      component: () => import("./pages/CallRecord.vue"),
      props: true,
    },
    { path: "/evaluation", name: "evaluation", component: () => import("./pages/Evaluation.vue") },
    { path: "/quality", name: "quality", component: () => import("./pages/MyQuality.vue") },
    {
      path: "/admin/:section?",
      name: "admin",
      component: () => import("./pages/Admin.vue"),
      props: true,
    },
    { path: "/:rest(.*)*", name: "nowhere", component: () => import("./pages/Nowhere.vue") },
  ],
})
