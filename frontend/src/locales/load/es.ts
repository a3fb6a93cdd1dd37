/** Everything that this language needs, in one chunk. */
export { default as messages } from '../es'
export { es as vuetify } from 'vuetify/locale'
