export { VList, VListItem } from 'vuetify/components/VList'
export { VMenu } from 'vuetify/components/VMenu'
