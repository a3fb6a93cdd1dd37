import type en from './en'

const messages: typeof en = {
  records: {
    new: 'Nouveau : {title}',
    edit: 'Modifier',
    delete: 'Supprimer',
    newTitle: 'Nouveau : {title}',
    editTitle: 'Modifier : {title}',
    deleteTitle: 'Supprimer : {title} ?',
    deleteHint: 'La suppression est définitive. Elle ne peut pas être annulée.',
    create: 'Créer',
    save: 'Enregistrer',
    saved: '{title} : enregistré',
    savedAway: '{title} : enregistré. Ne correspond pas à cette recherche.',
    deleted: '{title} : supprimé',
    close: 'Fermer le formulaire',
    requiredMark: '* obligatoire',
    readOnly:
      'Ici, tout est en lecture seule : le portail n’a pas de rôle pour écrire dans {source}.',
    whole: 'Il faut un nombre entier.',
    tooLong: 'Il y a de la place pour {room} caractères.',
    taken: 'Il y en a déjà un avec cette clé.',
    zone: 'Fuseau horaire : {zone}.',
    leaveTitle: 'Quitter sans enregistrer ?',
    leaveHint: 'Ce que vous avez saisi n’est pas encore enregistré.',
    stay: 'Continuer',
    discard: 'Abandonner',
    changedMeanwhile:
      'Quelqu’un l’a modifié entre-temps : il n’est pas supprimé. Ci-dessus, son état actuel.',
    conflictTitle: 'Quelqu’un l’a modifié entre-temps',
    conflictHint:
      'Rien de votre saisie n’est encore enregistré. Les champs que vous n’avez pas touchés restent comme il les a laissés.',
    conflictTable: 'Ce qui a été modifié',
    field: 'Champ',
    before: 'Avant',
    now: 'Maintenant',
    yours: 'Chez vous',
    untouched: 'pas modifié par vous',
    keepMine: 'Enregistrer aussi ma saisie',
    takeTheirs: 'Abandonner ma saisie',
    goneTitle: 'Quelqu’un l’a supprimé entre-temps',
    goneHint: 'Vous pouvez le recréer avec votre saisie, ou le laisser supprimé.',
    createAgain: 'Le recréer',
    leaveDeleted: 'Le laisser supprimé',
  },
}

export default messages
