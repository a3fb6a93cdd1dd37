import { createRouter, createWebHistory, type RouteRecordRaw, type RouterHistory } from 'vue-router'
import HomeView from './views/HomeView.vue'
import SearchView from './views/SearchView.vue'

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: HomeView },
  { path: '/interfaces/:id', name: 'interface', component: SearchView, props: true },
  { path: '/extracts', name: 'extracts', component: () => import('./views/ExtractsView.vue') },
  {
    path: '/extracts/:id',
    name: 'extract',
    component: () => import('./views/ExtractView.vue'),
    props: true,
  },
  { path: '/account', name: 'account', component: () => import('./views/AccountView.vue') },
  { path: '/api-docs', name: 'api-docs', component: () => import('./views/ApiDocsView.vue') },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('./views/NotFoundView.vue'),
  },
]

export function createGuichetRouter(history: RouterHistory = createWebHistory()) {
  return createRouter({
    history,
    routes,
    // Deprecated in favour of something that is experimental still.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  })
}
