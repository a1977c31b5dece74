-- Stands in for the step of another change until both are merged; whoever merges drops this file.

SELECT 1;
