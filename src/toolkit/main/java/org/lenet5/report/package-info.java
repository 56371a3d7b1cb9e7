/** Tables of what a run measured, for spreadsheets and scripts. */
package org.lenet5.report;
