/** Everything that this language needs, in one chunk. */
export { default as messages } from '../fr'
export { fr as vuetify } from 'vuetify/locale'
