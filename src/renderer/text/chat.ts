/** What is said in `chat`. */
export const CHAT_TEXT = {
  classificationOfWhatIsOpen: 'Classification of what is open',
  loadingYourContactsAndRooms: 'Loading your contacts and rooms',
} as const;
