namespace EdgeCheckpoint.Central.Watchlists;

/// <summary>An example of the CSV form with invented people; a test imports it.</summary>
internal static class CsvTemplate
{
    public const string Text =
        """
        entry_id,names,weak_names,birth_dates,nationalities,sex,documents,list,reference,owner,legal_basis,purpose,action,evidence,expires_on,contact
        uto-0001,"Eriksson, Anna Maria|Ericsson Anna",Little Fox,1974-08-12,UTO,F,P:UTO:L898902C3,Utopia national list,UTO/2026/1,Utopia Border Police,Border Act section 12,Identity check,inquire,decision,2030-01-01,+000 555 0101
        uto-0002,Viktor Steiner,,~1960|1958/1962,Utopia|XXA,M,,Utopia national list,UTO/2026/2,Utopia Border Police,Border Act section 12,Customs check,specific-check,documented,2030-01-01,
        """;
}
