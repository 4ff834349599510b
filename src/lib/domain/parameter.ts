/** Parameter: a value that a run is given by name. Input cells hold them for people; the API gives them to a run. */
export type ParameterValue = string | number | boolean | null
