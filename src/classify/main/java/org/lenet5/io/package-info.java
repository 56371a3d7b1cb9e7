/** Files that are published whole or not at all. Imports nothing else of this project. */
package org.lenet5.io;
