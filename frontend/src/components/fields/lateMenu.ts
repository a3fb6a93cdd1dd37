/** What menus are made of: fetched when somebody goes to the button of one, and not with the page. */
import { defineAsyncComponent } from 'vue'

export const loadMenu = () => import('./menuParts')

export const LateList = defineAsyncComponent(() => loadMenu().then(({ VList }) => VList))
export const LateListItem = defineAsyncComponent(() =>
  loadMenu().then(({ VListItem }) => VListItem),
)
