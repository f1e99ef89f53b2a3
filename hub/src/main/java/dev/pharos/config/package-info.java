/**
 * The configuration of a hub: what can be set, where it may come from, and the records it becomes.
 *
 * <p>Flags win over the environment, that over the file, and that over the defaults. Every setting is a {@link
 * dev.pharos.config.Setting} of the catalogue {@link dev.pharos.config.Settings}; reading, checking, printing and the
 * documentation all follow from there. Nothing of YAML is loaded unless there is a file.
 */
@NullMarked
package dev.pharos.config;

import org.jspecify.annotations.NullMarked;
