"""The pages of Document Production and what is around it: a file for each thing a person does there."""
