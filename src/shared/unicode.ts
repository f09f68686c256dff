/** Classes of characters that addresses, names and links are checked against (Unicode, as the engine has it). */

/**
 * What is not seen or changes how its neighbours are seen: controls, format characters (bidi controls and joiners among
 * them), line and paragraph separators, everything default-ignorable, private, unassigned and lone surrogates.
 */
export const HIDDEN_CHARACTERS =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** Letters of scripts that are written from right to left. */
export const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Mende_Kikakui}]/u;
