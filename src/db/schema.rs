//! The tables as diesel knows them, the same for both engines. Made from `migrations/`; keep both in step.

diesel::table! {
    company (id) {
        id -> BigInt,
        name -> Text,
        currency -> Text,
        time_zone -> Text,
        fiscal_month -> Integer,
        country -> Text,
        visibility -> Text,
        created_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    exchange_rates (id) {
        id -> BigInt,
        currency -> Text,
        on_date -> Date,
        rate_e9 -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    teams (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        parent_id -> Nullable<BigInt>,
        manager_id -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        role -> Text,
        team_id -> Nullable<BigInt>,
        password_hash -> Nullable<Text>,
        time_zone -> Text,
        locale -> Text,
        theme -> Text,
        keys_on -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deactivated_at -> Nullable<Timestamp>,
        last_seen_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Text,
        user_id -> BigInt,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        expires_at -> Timestamp,
        stay -> Bool,
        agent -> Text,
        address -> Text,
    }
}

diesel::table! {
    links (id) {
        id -> BigInt,
        kind -> Text,
        token_hash -> Text,
        user_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_failures (id) {
        id -> BigInt,
        subject -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    files (id) {
        id -> BigInt,
        sha256 -> Text,
        media_type -> Text,
        size -> BigInt,
        bytes -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    attachments (id) {
        id -> BigInt,
        record_kind -> Text,
        record_id -> BigInt,
        file_id -> BigInt,
        name -> Text,
        by_id -> Nullable<BigInt>,
        at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        match_key -> Text,
        domain -> Nullable<Text>,
        industry -> Nullable<Text>,
        employees -> Nullable<BigInt>,
        annual_revenue -> Nullable<BigInt>,
        revenue_currency -> Nullable<Text>,
        phone -> Nullable<Text>,
        phone_e164 -> Nullable<Text>,
        parent_id -> Nullable<BigInt>,
        owner_id -> Nullable<BigInt>,
        description -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    account_domains (id) {
        id -> BigInt,
        account_id -> BigInt,
        domain -> Text,
        position -> Integer,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        given_name -> Nullable<Text>,
        family_name -> Nullable<Text>,
        job_title -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        account_id -> Nullable<BigInt>,
        account_name -> Nullable<Text>,
        lifecycle -> Text,
        lead_status -> Nullable<Text>,
        source -> Nullable<Text>,
        owner_id -> Nullable<BigInt>,
        photo_id -> Nullable<BigInt>,
        no_call -> Bool,
        no_mail -> Bool,
        no_ads -> Bool,
        description -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
        campaign -> Nullable<Text>,
        rating -> Nullable<Text>,
        arrived_at -> Nullable<Timestamp>,
        queue_id -> Nullable<BigInt>,
    }
}

// What is reckoned of contacts as leads: a view of the same table, which has more columns than diesel takes at once.
diesel::table! {
    #[sql_name = "contacts"]
    reckoned (id) {
        id -> BigInt,
        lifecycle -> Text,
        lead_status -> Nullable<Text>,
        source -> Nullable<Text>,
        deleted_at -> Nullable<Timestamp>,
        arrived_at -> Nullable<Timestamp>,
        first_touch_at -> Nullable<Timestamp>,
        first_touch_by -> Nullable<BigInt>,
        answer_by -> Nullable<Timestamp>,
        answer_due_at -> Nullable<Timestamp>,
        answer_tell_at -> Nullable<Timestamp>,
        recheck_at -> Nullable<Timestamp>,
        score -> BigInt,
    }
}

diesel::table! {
    scoring (id) {
        id -> BigInt,
        least -> Integer,
        most -> Integer,
        version -> BigInt,
    }
}

diesel::table! {
    scoring_rules (id) {
        id -> BigInt,
        name -> Text,
        active -> Bool,
        conditions -> Text,
        points -> Integer,
        behaviour -> Text,
        form_id -> Nullable<BigInt>,
        least -> Integer,
        days -> Integer,
        half_life -> Nullable<Integer>,
        cap -> Nullable<Integer>,
        version -> BigInt,
    }
}

diesel::table! {
    score_parts (contact_id, rule_id) {
        contact_id -> BigInt,
        rule_id -> BigInt,
        points -> Integer,
        words -> Text,
    }
}

diesel::table! {
    lead_targets (id) {
        id -> BigInt,
        source -> Text,
        source_key -> Text,
        minutes -> Nullable<Integer>,
        since -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    lead_statuses (key) {
        key -> Text,
        name -> Text,
        kind -> Text,
        position -> Integer,
        active -> Bool,
    }
}

diesel::table! {
    contact_emails (id) {
        id -> BigInt,
        contact_id -> BigInt,
        email -> Text,
        email_key -> Text,
        position -> Integer,
    }
}

diesel::table! {
    contact_phones (id) {
        id -> BigInt,
        contact_id -> BigInt,
        typed -> Text,
        e164 -> Nullable<Text>,
        position -> Integer,
    }
}

diesel::table! {
    contact_accounts (id) {
        id -> BigInt,
        contact_id -> BigInt,
        account_id -> BigInt,
        role -> Text,
        from_date -> Nullable<Date>,
        to_date -> Nullable<Date>,
        is_primary -> Bool,
    }
}

diesel::table! {
    addresses (id) {
        id -> BigInt,
        record_kind -> Text,
        record_id -> BigInt,
        label -> Text,
        street -> Text,
        locality -> Text,
        region -> Text,
        postal_code -> Text,
        country -> Text,
        position -> Integer,
    }
}

diesel::table! {
    tags (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
    }
}

diesel::table! {
    taggings (record_kind, record_id, tag_id) {
        tag_id -> BigInt,
        record_kind -> Text,
        record_id -> BigInt,
    }
}

diesel::table! {
    products (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        match_key -> Text,
        code -> Nullable<Text>,
        family -> Nullable<Text>,
        unit -> Text,
        price -> Nullable<BigInt>,
        currency -> Text,
        active -> Bool,
        description -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
        billing -> Text,
        tax_rate -> Nullable<BigInt>,
    }
}

diesel::table! {
    price_books (id) {
        id -> BigInt,
        name -> Text,
        currency -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        active -> Bool,
        created_at -> Timestamp,
        version -> BigInt,
    }
}

diesel::table! {
    price_book_entries (id) {
        id -> BigInt,
        book_id -> BigInt,
        product_id -> BigInt,
        from_quantity -> BigInt,
        unit_price -> BigInt,
    }
}

diesel::table! {
    pipelines (id) {
        id -> BigInt,
        name -> Text,
        position -> Integer,
        version -> BigInt,
        silent_days -> Nullable<Integer>,
    }
}

diesel::table! {
    stages (id) {
        id -> BigInt,
        pipeline_id -> BigInt,
        name -> Text,
        position -> Integer,
        kind -> Text,
        probability -> Integer,
        category -> Text,
        stuck_days -> Nullable<Integer>,
        won_days -> Nullable<Integer>,
    }
}

diesel::table! {
    stage_rules (stage_id, requirement) {
        stage_id -> BigInt,
        requirement -> Text,
    }
}

diesel::table! {
    stage_checks (id) {
        id -> BigInt,
        stage_id -> BigInt,
        position -> Integer,
        name -> Text,
    }
}

diesel::table! {
    deal_checks (deal_id, check_id) {
        deal_id -> BigInt,
        check_id -> BigInt,
        by_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

diesel::table! {
    close_reasons (id) {
        id -> BigInt,
        name -> Text,
        outcome -> Text,
        position -> Integer,
        active -> Bool,
    }
}

diesel::table! {
    deals (id) {
        id -> BigInt,
        name -> Text,
        name_folded -> Text,
        account_id -> Nullable<BigInt>,
        account_name -> Nullable<Text>,
        pipeline_id -> BigInt,
        stage_id -> BigInt,
        status -> Text,
        amount -> Nullable<BigInt>,
        currency -> Text,
        expected_close -> Nullable<Date>,
        closed_on -> Nullable<Date>,
        owner_id -> Nullable<BigInt>,
        source -> Nullable<Text>,
        category -> Nullable<Text>,
        next_step -> Nullable<Text>,
        next_step_on -> Nullable<Date>,
        close_reason_id -> Nullable<BigInt>,
        competitor -> Nullable<Text>,
        close_note -> Nullable<Text>,
        description -> Text,
        stage_entered_at -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
        amount_locked -> Bool,
        price_book_id -> Nullable<BigInt>,
        touched_at -> Nullable<Timestamp>,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    deal_contacts (id) {
        id -> BigInt,
        deal_id -> BigInt,
        contact_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    deal_items (id) {
        id -> BigInt,
        deal_id -> BigInt,
        product_id -> Nullable<BigInt>,
        description -> Text,
        quantity -> BigInt,
        unit_price -> Nullable<BigInt>,
        discount_percent -> Nullable<BigInt>,
        discount_amount -> Nullable<BigInt>,
        tax_rate -> BigInt,
        billing -> Text,
        periods -> BigInt,
        starts_on -> Nullable<Date>,
        position -> Integer,
        removed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    deal_moves (id) {
        id -> BigInt,
        deal_id -> BigInt,
        at -> Timestamp,
        by_id -> Nullable<BigInt>,
        stage_id -> BigInt,
        status -> Text,
        amount -> Nullable<BigInt>,
        currency -> Text,
        expected_close -> Nullable<Date>,
        owner_id -> Nullable<BigInt>,
        category -> Text,
    }
}

diesel::table! {
    quotes (id) {
        id -> BigInt,
        deal_id -> BigInt,
        number -> Text,
        revision -> Integer,
        state -> Text,
        title -> Text,
        currency -> Text,
        locale -> Text,
        net -> BigInt,
        gross -> BigInt,
        valid_until -> Date,
        expires_at -> Timestamp,
        terms -> Text,
        note -> Text,
        contact_id -> Nullable<BigInt>,
        recipient_name -> Text,
        recipient_email -> Text,
        seller -> Text,
        customer -> Text,
        made_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        viewed_at -> Nullable<Timestamp>,
        answered_at -> Nullable<Timestamp>,
        answered_by -> Text,
        answered_title -> Text,
        answered_reason -> Text,
        answered_from -> Text,
        answered_with -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    quote_lines (id) {
        id -> BigInt,
        quote_id -> BigInt,
        position -> Integer,
        name -> Text,
        description -> Text,
        unit -> Text,
        quantity -> BigInt,
        unit_price -> BigInt,
        discount_percent -> Nullable<BigInt>,
        discount_amount -> Nullable<BigInt>,
        tax_rate -> BigInt,
        billing -> Text,
        periods -> BigInt,
        starts_on -> Nullable<Date>,
    }
}

diesel::table! {
    quote_links (token_hash) {
        token_hash -> Text,
        quote_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    quote_numbers (year) {
        year -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    quote_defaults (id) {
        id -> BigInt,
        address -> Text,
        terms -> Text,
        valid_days -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    tasks (id) {
        id -> BigInt,
        subject -> Text,
        kind -> Text,
        status -> Text,
        priority -> Text,
        due_on -> Nullable<Date>,
        due_at -> Nullable<Timestamp>,
        owner_id -> Nullable<BigInt>,
        description -> Text,
        outcome -> Text,
        done_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
        remind_before -> Nullable<Integer>,
        remind_at -> Nullable<Timestamp>,
        recurrence -> Text,
        recurs_from -> Text,
        occurs_on -> Nullable<Date>,
        occurs_time -> Nullable<Time>,
        after_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    task_types (key) {
        key -> Text,
        name -> Text,
        icon -> Text,
        position -> Integer,
        active -> Bool,
    }
}

diesel::table! {
    task_steps (batch, task_id) {
        batch -> Text,
        task_id -> BigInt,
        by_id -> BigInt,
        at -> Timestamp,
        version -> BigInt,
        before -> Text,
    }
}

diesel::table! {
    task_links (task_id, record_kind, record_id) {
        task_id -> BigInt,
        record_kind -> Text,
        record_id -> BigInt,
    }
}

diesel::table! {
    goals (id) {
        id -> BigInt,
        user_id -> BigInt,
        measure -> Text,
        since -> Date,
        target -> Integer,
    }
}

diesel::table! {
    meetings (id) {
        id -> BigInt,
        kind -> Text,
        title -> Text,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
        time_zone -> Text,
        place -> Text,
        link -> Text,
        description -> Text,
        owner_id -> Nullable<BigInt>,
        state -> Text,
        outcome -> Text,
        entry_id -> Nullable<BigInt>,
        uid -> Text,
        sequence -> Integer,
        invites -> Bool,
        remind_before -> Nullable<Integer>,
        remind_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    meeting_people (id) {
        id -> BigInt,
        meeting_id -> BigInt,
        user_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        name -> Text,
        email -> Text,
        response -> Text,
        position -> Integer,
        invited -> Bool,
        starts_at -> Timestamp,
    }
}

diesel::table! {
    meeting_links (meeting_id, record_kind, record_id) {
        meeting_id -> BigInt,
        record_kind -> Text,
        record_id -> BigInt,
        starts_at -> Timestamp,
    }
}

diesel::table! {
    calendar_feeds (user_id) {
        user_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    changes (id) {
        id -> BigInt,
        at -> Timestamp,
        by_id -> Nullable<BigInt>,
        how -> Text,
        record_kind -> Text,
        record_id -> BigInt,
        action -> Text,
        fields -> Text,
    }
}

diesel::table! {
    timeline_entries (id) {
        id -> BigInt,
        kind -> Text,
        at -> Timestamp,
        by_id -> Nullable<BigInt>,
        about_kind -> Text,
        about_id -> BigInt,
        title -> Text,
        body -> Text,
        outcome -> Text,
        minutes -> Nullable<Integer>,
        change_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    timeline_links (record_kind, record_id, at, entry_id) {
        record_kind -> Text,
        record_id -> BigInt,
        at -> Timestamp,
        entry_id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    mentions (user_id, entry_id) {
        entry_id -> BigInt,
        user_id -> BigInt,
        seen_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    drafts (user_id, draft_key) {
        user_id -> BigInt,
        draft_key -> Text,
        body -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    search_keys (record_kind, search_key, record_id) {
        search_key -> Text,
        record_kind -> Text,
        record_id -> BigInt,
    }
}

diesel::table! {
    notifications (id) {
        id -> BigInt,
        user_id -> BigInt,
        event -> Text,
        kind -> Text,
        by_id -> Nullable<BigInt>,
        said -> Text,
        record_kind -> Text,
        record_id -> BigInt,
        title -> Text,
        times -> Integer,
        way -> Text,
        at -> Timestamp,
        read_at -> Nullable<Timestamp>,
        mailed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    notification_choices (user_id, kind) {
        user_id -> BigInt,
        kind -> Text,
        way -> Text,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        holder -> Text,
        leased_until -> Nullable<Timestamp>,
        last_started_at -> Nullable<Timestamp>,
        last_finished_at -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    mail_outbox (id) {
        id -> BigInt,
        message_id -> Text,
        recipient -> Text,
        subject -> Text,
        body_text -> Text,
        status -> Text,
        attempts -> Integer,
        next_try_at -> Timestamp,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        sent_at -> Nullable<Timestamp>,
        sender_name -> Nullable<Text>,
        calendar -> Nullable<Text>,
        calendar_method -> Nullable<Text>,
        reply_to -> Nullable<Text>,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        kind -> Text,
        file_name -> Text,
        sha256 -> Text,
        by_id -> Nullable<BigInt>,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        rows_read -> BigInt,
        rows_created -> BigInt,
        rows_updated -> BigInt,
        rows_unchanged -> BigInt,
        rows_bad -> BigInt,
    }
}

diesel::table! {
    import_uploads (id) {
        id -> BigInt,
        kind -> Text,
        file_name -> Text,
        bytes -> Binary,
        mapping -> Text,
        told -> Text,
        bad_rows -> Binary,
        by_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        claimed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    import_outcomes (import_id) {
        import_id -> BigInt,
        told -> Text,
        bad_rows -> Binary,
        created_at -> Timestamp,
    }
}

diesel::table! {
    import_keys (record_kind, source_key) {
        record_kind -> Text,
        source_key -> Text,
        record_id -> BigInt,
    }
}

diesel::table! {
    queues (id) {
        id -> BigInt,
        name -> Text,
        team_id -> Nullable<BigInt>,
        active -> Bool,
    }
}

diesel::table! {
    assignment_rules (id) {
        id -> BigInt,
        position -> Integer,
        name -> Text,
        active -> Bool,
        conditions -> Text,
        owner_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        queue_id -> Nullable<BigInt>,
        last_id -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    availability (user_id) {
        user_id -> BigInt,
        away_from -> Nullable<Date>,
        away_until -> Nullable<Date>,
        most_leads -> Nullable<Integer>,
        version -> BigInt,
    }
}

diesel::table! {
    frameworks (id) {
        id -> BigInt,
        name -> Text,
        chosen -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    framework_questions (id) {
        id -> BigInt,
        framework_id -> BigInt,
        position -> Integer,
        label -> Text,
        hint -> Text,
        active -> Bool,
    }
}

diesel::table! {
    qualification_answers (contact_id, question_id) {
        contact_id -> BigInt,
        question_id -> BigInt,
        answer -> Text,
        by_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

diesel::table! {
    qualifications (id) {
        id -> BigInt,
        contact_id -> BigInt,
        qualified -> Bool,
        at -> Timestamp,
        by_id -> Nullable<BigInt>,
        reason_id -> Nullable<BigInt>,
        note -> Text,
        before -> Text,
        account_id -> Nullable<BigInt>,
        deal_id -> Nullable<BigInt>,
        task_id -> Nullable<BigInt>,
        undone -> Bool,
    }
}

diesel::table! {
    web_forms (id) {
        id -> BigInt,
        token -> Text,
        secret -> Text,
        name -> Text,
        heading -> Text,
        introduction -> Text,
        fields -> Text,
        button -> Text,
        thanks -> Text,
        redirect -> Text,
        consent_required -> Bool,
        source -> Text,
        campaign -> Text,
        origins -> Text,
        least_seconds -> BigInt,
        active -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        deleted_at -> Nullable<Timestamp>,
        version -> BigInt,
    }
}

diesel::table! {
    web_form_consents (id) {
        id -> BigInt,
        form_id -> BigInt,
        text -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    form_submissions (id) {
        id -> BigInt,
        form_id -> BigInt,
        sent_key -> Text,
        email_key -> Text,
        state -> Text,
        contact_id -> Nullable<BigInt>,
        answers -> Text,
        employees -> Nullable<BigInt>,
        product_id -> Nullable<BigInt>,
        consent_id -> Nullable<BigInt>,
        came_by -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    contact_suggestions (id) {
        id -> BigInt,
        contact_id -> BigInt,
        field -> Text,
        value -> Text,
        said_by -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    playbooks (id) {
        id -> BigInt,
        name -> Text,
        active -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    playbook_stages (playbook_id, stage_id) {
        playbook_id -> BigInt,
        stage_id -> BigInt,
    }
}

diesel::table! {
    playbook_steps (id) {
        id -> BigInt,
        playbook_id -> BigInt,
        position -> Integer,
        subject -> Text,
        kind -> Text,
        priority -> Text,
        days -> Integer,
        working -> Bool,
        due_time -> Nullable<Time>,
        owner -> Text,
        person_id -> Nullable<BigInt>,
        description -> Text,
        again -> Text,
    }
}

diesel::table! {
    playbook_runs (id) {
        id -> BigInt,
        deal_id -> BigInt,
        playbook_id -> Nullable<BigInt>,
        name -> Text,
        by_id -> Nullable<BigInt>,
        at -> Timestamp,
        added -> Integer,
        present -> Integer,
        fallen -> Integer,
    }
}

diesel::table! {
    playbook_tasks (task_id) {
        task_id -> BigInt,
        run_id -> BigInt,
        step_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    competitors (id) {
        id -> BigInt,
        name -> Text,
        website -> Text,
        strengths -> Text,
        weaknesses -> Text,
        approach -> Text,
        active -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    deal_competitors (deal_id, competitor_id) {
        deal_id -> BigInt,
        competitor_id -> BigInt,
        incumbent -> Bool,
        note -> Text,
        position -> Integer,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    company,
    exchange_rates,
    teams,
    users,
    sessions,
    links,
    sign_in_failures,
    files,
    attachments,
    accounts,
    account_domains,
    contacts,
    contact_emails,
    contact_phones,
    contact_accounts,
    lead_statuses,
    lead_targets,
    scoring,
    scoring_rules,
    score_parts,
    reckoned,
    queues,
    assignment_rules,
    availability,
    frameworks,
    framework_questions,
    qualification_answers,
    qualifications,
    addresses,
    tags,
    taggings,
    products,
    price_books,
    price_book_entries,
    pipelines,
    stages,
    stage_rules,
    stage_checks,
    deal_checks,
    close_reasons,
    deals,
    deal_contacts,
    deal_items,
    deal_moves,
    quotes,
    quote_lines,
    quote_links,
    quote_numbers,
    quote_defaults,
    tasks,
    task_types,
    task_steps,
    task_links,
    meetings,
    goals,
    meeting_people,
    meeting_links,
    calendar_feeds,
    changes,
    timeline_entries,
    timeline_links,
    mentions,
    drafts,
    search_keys,
    notifications,
    notification_choices,
    jobs,
    mail_outbox,
    imports,
    import_uploads,
    import_outcomes,
    import_keys,
    web_forms,
    web_form_consents,
    form_submissions,
    contact_suggestions,
    playbooks,
    playbook_stages,
    playbook_steps,
    playbook_runs,
    playbook_tasks,
    competitors,
    deal_competitors,
);
