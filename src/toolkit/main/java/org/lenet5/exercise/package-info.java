/** The notebook's experiments: declared, trained side by side, and judged. */
package org.lenet5.exercise;
