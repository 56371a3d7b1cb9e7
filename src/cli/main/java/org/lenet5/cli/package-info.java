/** The command line: each command parses its flags, wires the parts, and calls them. */
package org.lenet5.cli;
