/** What the file chooser offers; the bytes decide. */
export const ACCEPT =
  "image/jpeg,image/png,image/webp,image/heic,image/heif,image/avif,application/pdf,audio/*,video/*,.docx,.xlsx,.pptx,.doc,.xls,.ppt,.odt,.ods,.odp,.zip,.txt,.csv,.eml";
