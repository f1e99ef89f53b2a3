/**
 * The command line: what each command takes, says and exits with.
 */
@NullMarked
package dev.pharos.cli;

import org.jspecify.annotations.NullMarked;
